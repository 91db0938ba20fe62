import type { ClusterSnapshot, GroupSnapshot } from "../contract/snapshot"
import { type CatalogueLanguage, translate, translateList } from "../l10n/catalogue"
import { type Diagram, type DiagramTarget, emptyDiagram } from "./diagram"
import { Flowchart } from "./flowchart"

/** More partitions than this make a column that no screen holds. */
const SHOWN_PARTITIONS = 16

/** A consumer group: its state and epoch, its members, who owns which partition, who is idle, and how far each lags. */
export function consumerGroup(snapshot: ClusterSnapshot, target: DiagramTarget, language: CatalogueLanguage): Diagram {
  const name = String(target.group ?? "")
  const group = snapshot.groups[name]
  if (!group) return emptyDiagram(translate(language, "diagram.noGroup", { group: name }))
  const view = { name, group, partitions: partitionsOf(group, snapshot), language }
  return draw(view).finish(describe(view), language)
}

interface GroupView {
  readonly name: string
  readonly group: GroupSnapshot
  readonly partitions: readonly string[]
  readonly language: CatalogueLanguage
}

/** Every partition of the topics that the group has to do with, in order. */
function partitionsOf(group: GroupSnapshot, snapshot: ClusterSnapshot): string[] {
  const named = new Set(Object.keys(group.offsets))
  for (const { owned, target } of Object.values(group.members))
    for (const name of [...owned, ...target]) named.add(name)
  for (const topic of new Set([...named].map((name) => name.slice(0, name.lastIndexOf("-"))))) {
    for (const partition of Object.keys(snapshot.topics[topic]?.partitions ?? {})) named.add(`${topic}-${partition}`)
  }
  return [...named].sort((left, right) => left.localeCompare(right, "en", { numeric: true }))
}

function draw({ name, group, partitions, language }: GroupView): Flowchart {
  const chart = new Flowchart("LR")
  const members = Object.entries(group.members)
  const shown = partitions.slice(0, SHOWN_PARTITIONS)
  const title = [name, group.state, translate(language, "diagram.epoch", { epoch: group.epoch })].join(" · ")
  chart.group("group", title, () => {
    shown.forEach((partition, index) => {
      const isOwned = ownersOf(partition, group).length > 0
      const label = partitionLabel(partition, group, language)
      if (!isOwned) label.push(translate(language, "diagram.nobody"))
      chart.node(`p${index}`, label, "box", [isOwned ? "owned" : "unowned"])
    })
    const count = partitions.length - shown.length
    if (count > 0) chart.node("partitions", [translate(language, "diagram.earlier", { count })], "text", ["more"])
    members.forEach(([id, member], index) => {
      const idle = member.owned.length === 0
      const label = [member.clientId || id, ...(idle ? [translate(language, "diagram.idle")] : [])]
      chart.node(`m${index}`, label, "round", [idle ? "idle" : "member"])
    })
  })
  shown.forEach((partition, at) => {
    members.forEach(([, { owned, target }], index) => {
      if (owned.includes(partition)) chart.link(`p${at}`, `m${index}`, "arrow")
      else if (target.includes(partition)) chart.link(`p${at}`, `m${index}`, "dotted")
    })
    // A partition without owner keeps its place in the column.
    if (members.length > 0 && ownersOf(partition, group).length === 0) chart.link(`p${at}`, "m0", "hidden")
  })
  return chart
}

function partitionLabel(partition: string, group: GroupSnapshot, language: CatalogueLanguage): string[] {
  const offset = group.offsets[partition]
  if (!offset) return [partition]
  return [partition, `${offset.committed} · ${translate(language, "diagram.lag", { lag: offset.lag })}`]
}

function ownersOf(partition: string, group: GroupSnapshot): string[] {
  return Object.entries(group.members)
    .filter(([, { owned, target }]) => owned.includes(partition) || target.includes(partition))
    .map(([id]) => id)
}

function describe({ name, group, partitions, language }: GroupView): string[] {
  const unowned = partitions.filter((partition) => ownersOf(partition, group).length === 0)
  return [
    translate(language, "twin.group", { group: name, state: group.state, epoch: group.epoch }),
    ...Object.entries(group.members).flatMap(([id, { clientId, owned, target }]) => {
      const member = clientId || id
      const next = target.filter((partition) => !owned.includes(partition))
      return [
        owned.length === 0
          ? translate(language, "twin.memberIdle", { member })
          : translate(language, "twin.member", { member, partitions: translateList(language, owned) }),
        next.length > 0
          ? translate(language, "twin.memberNext", { member, partitions: translateList(language, next) })
          : "",
      ]
    }),
    unowned.length > 0 ? translate(language, "twin.unowned", { partitions: translateList(language, unowned) }) : "",
    ...Object.entries(group.offsets).map(([partition, { committed, lag }]) =>
      translate(language, "twin.lag", { partition, offset: committed, lag }),
    ),
  ]
}
