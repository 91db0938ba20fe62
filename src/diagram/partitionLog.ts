import type { ClusterSnapshot, PartitionSnapshot } from "../contract/snapshot"
import type { CatalogueLanguage } from "../l10n/catalogue"
import { translate, translateList } from "../l10n/catalogue"
import { type Diagram, type DiagramTarget, emptyDiagram, numberOf } from "./diagram"
import { Flowchart } from "./flowchart"

/** More cells than this do not fit beside each other; the newest are the ones that change. */
const SHOWN_RECORDS = 10

/**
 * One partition as a row of records by offset, and below it the offsets that matter: log start, what each group has
 * committed, last stable offset, high watermark, log end per replica.
 */
export function partitionLog(snapshot: ClusterSnapshot, target: DiagramTarget, language: CatalogueLanguage): Diagram {
  const topic = String(target.topic ?? "")
  const partition = numberOf(target.partition, 0)
  const found = snapshot.topics[topic]
  if (!found) return emptyDiagram(translate(language, "diagram.noTopic", { topic }))
  const log = found.partitions[partition]
  if (!log) return emptyDiagram(translate(language, "diagram.noPartition", { topic, partition }))
  const committed = committedBy(snapshot, topic, partition)
  const view = { topic, partition, log, committed, language }
  return draw(view).finish(describe(view), language)
}

interface LogView {
  readonly topic: string
  readonly partition: number
  readonly log: PartitionSnapshot
  readonly committed: readonly { readonly group: string; readonly offset: number; readonly lag: number }[]
  readonly language: CatalogueLanguage
}

function committedBy(snapshot: ClusterSnapshot, topic: string, partition: number): LogView["committed"] {
  return Object.entries(snapshot.groups).flatMap(([group, { offsets }]) => {
    const entry = offsets[`${topic}-${partition}`]
    return entry ? [{ group, offset: entry.committed, lag: entry.lag }] : []
  })
}

function draw({ topic, partition, log, committed, language }: LogView): Flowchart {
  const end = logEndOf(log)
  const first = Math.max(log.logStart, end - SHOWN_RECORDS)
  const chart = new Flowchart("TB")
  const title =
    log.leader < 0
      ? translate(language, "diagram.partitionWithoutLeader", { topic, partition })
      : translate(language, "diagram.partitionOfLeader", { topic, partition, leader: log.leader })
  chart.group("log", title, () => {
    if (log.logStart > 0) {
      chart.node("deleted", [translate(language, "diagram.deleted", { count: log.logStart })], "box", ["gone"])
    }
    if (first > log.logStart) {
      const count = first - log.logStart
      chart.node("earlier", [translate(language, "diagram.earlier", { count })], "box", ["more"])
    }
    for (let offset = first; offset < end; offset++) {
      // Cells are named by their place, so that a full row is patched when it moves on.
      chart.node(`r${offset - first}`, [String(offset)], "box", [recordClass(offset, log)])
    }
    chart.node("next", [translate(language, "diagram.next", { offset: end })], "box", ["next"])
  })
  const cellAt = (offset: number): string => {
    if (offset >= end) return "next"
    if (offset >= first) return `r${offset - first}`
    return first > log.logStart ? "earlier" : "deleted"
  }
  const marks = new Map<string, string[]>()
  const mark = (offset: number, text: string) => {
    const cell = cellAt(offset)
    marks.set(cell, [...(marks.get(cell) ?? []), text])
  }
  if (log.logStart > 0) mark(log.logStart, translate(language, "diagram.logStart"))
  for (const { group, offset } of committed) mark(offset, translate(language, "diagram.committed", { group }))
  if (log.lastStable < log.highWatermark) mark(log.lastStable, translate(language, "diagram.lastStable"))
  mark(log.highWatermark, `${translate(language, "diagram.highWatermark")} ${log.highWatermark}`)
  for (const [offset, ids] of logEnds(log)) {
    mark(offset, `${translate(language, "diagram.logEnd")}: ${brokers(language, ids)}`)
  }
  for (const [cell, lines] of marks) {
    chart.node(`m_${cell}`, lines, "text", ["mark"])
    chart.link(cell, `m_${cell}`)
  }
  return chart
}

function describe({ topic, partition, log, committed, language }: LogView): string[] {
  const end = logEndOf(log)
  const count = end - log.logStart
  const records = translate(language, count === 1 ? "twin.record" : "twin.records", { count })
  return [
    count === 0
      ? translate(language, "twin.logEmpty", { topic, partition, next: end })
      : translate(language, "twin.log", { topic, partition, records, first: log.logStart, last: end - 1 }),
    log.logStart > 0 ? translate(language, "twin.deleted", { offset: log.logStart }) : "",
    translate(language, "twin.highWatermark", { offset: log.highWatermark }),
    log.lastStable < log.highWatermark ? translate(language, "twin.lastStable", { offset: log.lastStable }) : "",
    ...logEnds(log).map(([offset, ids]) =>
      translate(language, "twin.logEnds", { offset, brokers: brokers(language, ids) }),
    ),
    ...committed.map((entry) => translate(language, "twin.committed", entry)),
  ]
}

/** The leader's log end; where the leader's is not known, the farthest of the replicas. */
export function logEndOf(log: PartitionSnapshot): number {
  return log.logEnd[log.leader] ?? Math.max(log.highWatermark, ...Object.values(log.logEnd))
}

/** Which brokers have the log up to which offset, the farthest first. */
function logEnds(log: PartitionSnapshot): [number, number[]][] {
  const byOffset = new Map<number, number[]>()
  for (const id of [...log.replicas].sort((left, right) => left - right)) {
    const offset = log.logEnd[id]
    if (offset !== undefined) byOffset.set(offset, [...(byOffset.get(offset) ?? []), id])
  }
  return [...byOffset].sort(([left], [right]) => right - left)
}

function recordClass(offset: number, log: PartitionSnapshot): string {
  if (offset < log.lastStable) return "readable"
  return offset < log.highWatermark ? "open" : "unacknowledged"
}

function brokers(language: CatalogueLanguage, ids: readonly number[]): string {
  if (ids.length === 1) return translate(language, "diagram.broker", { id: ids[0] ?? -1 })
  return translate(language, "diagram.brokers", { ids: translateList(language, ids) })
}
