import { outputMime } from "../contract/kernel"
import { type Displayable, displayable } from "./displayable"

/**
 * A diagram that follows the cluster, as the value of a cell: `live("partition-log", { topic, partition: 0 })`.
 * The kinds and targets are those of `live` blocks in prose.
 */
export type Live = (kind: string, target?: Readonly<Record<string, string | number>>) => Displayable

export function createLive(): Live {
  return (kind, target = {}) => {
    const words = Object.entries(target).map(([name, value]) => `${name} ${value}`)
    const twin = [kind, ...words].join(", ")
    return displayable([
      { mime: outputMime.live, data: JSON.stringify({ kind, target, twin }) },
      { mime: "text/plain", data: twin },
    ])
  }
}
