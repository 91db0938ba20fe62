import type { ClusterSnapshot, OffsetContent, PartitionSnapshot } from "../contract/snapshot"
import type { CatalogueLanguage } from "../l10n/catalogue"
import { translate, translateList } from "../l10n/catalogue"
import { type Diagram, type DiagramTarget, emptyDiagram, numberOf } from "./diagram"
import { Flowchart } from "./flowchart"
import { allCells, newestCells, type OffsetCell, offsetsOf, rangeOf } from "./offsetCells"

/** More cells than this do not fit beside each other; the newest are the ones that change. */
const SHOWN_CELLS = 10

/**
 * One partition as a row of cells by offset: records, the markers that end transactions, what compaction has emptied.
 * Below it the offsets that matter: log start, what each group has committed, last stable offset, high watermark, log
 * end per replica.
 */
export function partitionLog(snapshot: ClusterSnapshot, target: DiagramTarget, language: CatalogueLanguage): Diagram {
  const topic = String(target.topic ?? "")
  const partition = numberOf(target.partition, 0)
  const found = snapshot.topics[topic]
  if (!found) return emptyDiagram(translate(language, "diagram.noTopic", { topic }))
  const log = found.partitions[partition]
  if (!log) return emptyDiagram(translate(language, "diagram.noPartition", { topic, partition }))
  const committed = committedBy(snapshot, topic, partition)
  const isCompacted = /\bcompact\b/.test(found.configs["cleanup.policy"] ?? "")
  const view = { topic, partition, log, committed, isCompacted, language }
  return draw(view).finish(describe(view), language)
}

interface LogView {
  readonly topic: string
  readonly partition: number
  readonly log: PartitionSnapshot
  readonly committed: readonly { readonly group: string; readonly offset: number; readonly lag: number }[]
  readonly isCompacted: boolean
  readonly language: CatalogueLanguage
}

function committedBy(snapshot: ClusterSnapshot, topic: string, partition: number): LogView["committed"] {
  return Object.entries(snapshot.groups).flatMap(([group, { offsets }]) => {
    const entry = offsets[`${topic}-${partition}`]
    // kafkajs commits -2 for "the earliest" and -1 for "the latest": no place in the log.
    return entry && entry.committed >= 0 ? [{ group, offset: entry.committed, lag: entry.lag }] : []
  })
}

function draw(view: LogView): Flowchart {
  const { topic, partition, log, isCompacted, language } = view
  const end = logEndOf(log)
  const cells = newestCells(log, end, SHOWN_CELLS)
  const first = cells[0]?.first ?? end
  const chart = new Flowchart("TB")
  const title =
    log.leader < 0
      ? translate(language, "diagram.partitionWithoutLeader", { topic, partition })
      : translate(language, "diagram.partitionOfLeader", { topic, partition, leader: log.leader })
  chart.group("log", title, () => {
    if (log.logStart > 0) {
      const offsets = rangeOf({ first: 0, last: log.logStart - 1 })
      chart.node("deleted", [offsets, translate(language, "diagram.deleted")], "box", ["gone"])
    }
    if (first > log.logStart) {
      const offsets = rangeOf({ first: log.logStart, last: first - 1 })
      chart.node("earlier", [offsets, translate(language, "diagram.notShown")], "box", ["more"])
    }
    cells.forEach((cell, index) => {
      // Cells are named by their place, so that a full row is patched when it moves on.
      const shape = cell.content === "commitMarker" || cell.content === "abortMarker" ? "hexagon" : "box"
      chart.node(`r${index}`, cellLabel(cell, isCompacted, language), shape, cellClasses(cell, log))
    })
    chart.node("next", [translate(language, "diagram.next", { offset: end })], "box", ["next"])
  })
  for (const [cell, lines] of marksOf(view, end, cells)) {
    chart.node(`m_${cell}`, lines, "text", ["mark"])
    chart.link(cell, `m_${cell}`)
  }
  return chart
}

function cellLabel(cell: OffsetCell, isCompacted: boolean, language: CatalogueLanguage): string[] {
  const { content } = cell
  const isPlain = content === undefined || content === "record"
  return [rangeOf(cell), ...(isPlain ? [] : [translate(language, `diagram.content.${wordOf(content, isCompacted)}`)])]
}

/** Only compaction makes more of a null value than a value that is not there. */
function wordOf<Content extends OffsetContent>(content: Content, isCompacted: boolean): Content | "tombstone" {
  return content === "noValue" && isCompacted ? "tombstone" : content
}

function cellClasses({ first, content }: OffsetCell, log: PartitionSnapshot): string[] {
  const place = first < log.lastStable ? "readable" : first < log.highWatermark ? "open" : "unacknowledged"
  switch (content) {
    case "compacted":
      return ["gone"]
    case "aborted":
      return [place, "aborted"]
    case "commitMarker":
    case "abortMarker":
      return [place, "marker"]
    case "noValue":
      return [place, "empty"]
    case "open":
    case "record":
    case undefined:
      return [place]
  }
}

/** What is to be said below each cell, by its id. */
function marksOf(
  { log, committed, language }: LogView,
  end: number,
  cells: readonly OffsetCell[],
): Map<string, string[]> {
  const marks = new Map<string, string[]>()
  const mark = (offset: number, text: string) => {
    const index = cells.findIndex(({ first, last }) => offset >= first && offset <= last)
    const isEarlier = offset >= log.logStart && offset < end
    const cell = index >= 0 ? `r${index}` : offset >= end ? "next" : isEarlier ? "earlier" : "deleted"
    marks.set(cell, [...(marks.get(cell) ?? []), text])
  }
  mark(log.logStart, translate(language, "diagram.logStart"))
  for (const { group, offset } of committed) mark(offset, translate(language, "diagram.committed", { group, offset }))
  // Where no transaction is about, it is the high watermark, and says nothing more.
  if (log.lastStable < log.highWatermark || cells.some(isOfTransaction)) {
    mark(log.lastStable, translate(language, "diagram.lastStable", { offset: log.lastStable }))
  }
  mark(log.highWatermark, translate(language, "diagram.highWatermark", { offset: log.highWatermark }))
  for (const [offset, ids] of logEnds(log)) {
    mark(offset, translate(language, "diagram.logEndOn", { offset, brokers: brokers(language, ids) }))
  }
  return marks
}

function isOfTransaction({ content }: OffsetCell): boolean {
  return content !== undefined && content !== "record" && content !== "noValue" && content !== "compacted"
}

/** What a cell may hold that is no plain record, in the order in which it is told. */
const remarkable = [
  "noValue",
  "open",
  "aborted",
  "abortMarker",
  "commitMarker",
  "compacted",
] as const satisfies readonly OffsetContent[]

function describe(view: LogView): string[] {
  const { log, committed, isCompacted, language } = view
  const end = logEndOf(log)
  return [
    describeRecords(view, end),
    log.logStart > 0 ? translate(language, "twin.deleted", { offset: log.logStart }) : "",
    ...remarkable.map((content) => {
      const offsets = offsetsOf(log, end, content)
      if (offsets.length === 0) return ""
      return translate(language, `twin.content.${wordOf(content, isCompacted)}`, {
        offsets: translateList(language, offsets),
      })
    }),
    translate(language, "twin.highWatermark", { offset: log.highWatermark }),
    log.lastStable < log.highWatermark ? translate(language, "twin.lastStable", { offset: log.lastStable }) : "",
    ...logEnds(log).map(([offset, ids]) =>
      translate(language, "twin.logEnds", { offset, brokers: brokers(language, ids) }),
    ),
    ...committed.map((entry) => translate(language, "twin.committed", entry)),
  ]
}

/** How many records there are is known of a short log only: offsets are also taken by markers, and stay behind. */
function describeRecords({ topic, partition, log, language }: LogView, end: number): string {
  if (end === log.logStart) return translate(language, "twin.logEmpty", { topic, partition, next: end })
  const offsets = { topic, partition, first: log.logStart, last: end - 1 }
  const cells = allCells(log, end)
  if (!cells) return translate(language, "twin.logOffsets", offsets)
  const count = cells.filter(({ content }) => isRecord(content)).length
  const records = translate(language, count === 1 ? "twin.record" : "twin.records", { count })
  return translate(language, "twin.log", { ...offsets, records })
}

function isRecord(content: OffsetContent | undefined): boolean {
  switch (content) {
    case "record":
    case "noValue":
    case "open":
    case "aborted":
      return true
    case "commitMarker":
    case "abortMarker":
    case "compacted":
    case undefined:
      return false
  }
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

function brokers(language: CatalogueLanguage, ids: readonly number[]): string {
  if (ids.length === 1) return translate(language, "diagram.broker", { id: ids[0] ?? -1 })
  return translate(language, "diagram.brokers", { ids: translateList(language, ids) })
}
