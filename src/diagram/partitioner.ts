import type { ClusterSnapshot } from "../contract/snapshot"
import { type CatalogueLanguage, translate, translateList } from "../l10n/catalogue"
import { type Diagram, type DiagramTarget, numberOf } from "./diagram"
import { Flowchart } from "./flowchart"
import { keyHashes } from "./keyHashes"

const DEFAULT_KEYS = "user-1,user-2,user-3"
const DEFAULT_PARTITIONS = 3
const MOST_PARTITIONS = 12

/** Keys, what each client's hash makes of them, and the partition that they go to. */
export function partitioner(snapshot: ClusterSnapshot, target: DiagramTarget, language: CatalogueLanguage): Diagram {
  const keys = String(target.keys ?? DEFAULT_KEYS)
    .split(",")
    .map((key) => key.trim())
  const ofTopic = Object.keys(snapshot.topics[String(target.topic ?? "")]?.partitions ?? {}).length
  const wanted = numberOf(target.partitions, ofTopic || DEFAULT_PARTITIONS)
  const count = Math.min(Math.max(wanted, 1), MOST_PARTITIONS)
  const rows = keys.map((key) => ({ key, choices: choicesOf(key, count) }))
  const chart = new Flowchart("LR")
  rows.forEach(({ key }, index) => {
    chart.node(`k${index}`, [key], "stadium", ["key"])
  })
  for (let partition = 0; partition < count; partition++) {
    chart.node(`p${partition}`, [translate(language, "diagram.partition", { partition })], "cylinder", ["partition"])
  }
  rows.forEach(({ choices }, row) => {
    const hashes = choices.map(({ name, hash }) => `${name} ${hash}`)
    chart.node(`h${row}`, hashes, "box", ["hash"])
    chart.link(`k${row}`, `h${row}`, "arrow")
    for (const partition of new Set(choices.map((choice) => choice.partition))) {
      const agreeing = choices.filter((choice) => choice.partition === partition)
      const label = agreeing.length === keyHashes.length ? "" : agreeing.map(({ name }) => name).join(", ")
      chart.link(`h${row}`, `p${partition}`, "arrow", label)
    }
  })
  return chart.finish(
    rows.map(({ key, choices }) =>
      translate(language, "twin.keyBy", {
        key,
        choices: translateList(
          language,
          choices.map(({ clients, name, hash, partition }) =>
            translate(language, "twin.choice", { client: `${clients} (${name})`, hash, partition }),
          ),
        ),
      }),
    ),
    language,
  )
}

function choicesOf(key: string, partitions: number) {
  const bytes = new TextEncoder().encode(key)
  return keyHashes.map(({ clients, name, hash, partition }) => {
    const hashed = hash(bytes)
    return { clients, name, hash: hashed, partition: partition(hashed, partitions) }
  })
}
