import * as batch from "../../protocol/recordBatch"
import type { CleanableRange } from "./cleanableRange"
import { type CleanBatchOptions, cleanBatch, keyText, type NewestOffsets } from "./cleanBatch"
import { CleanerTransactions } from "./cleanerTransactions"
import type { LogConfig } from "./logConfig"
import type { ProducerEntry } from "./producerEntry"
import type { Segment } from "./segment"
import type { IndexedAbort } from "./transactionIndex"

/** Keys that one round remembers; what does not fit is cleaned in the next (Kafka: log.cleaner.dedupe.buffer.size). */
export const MAX_KEYS_PER_ROUND = 1_000_000

/** After so many bytes the cleaner lets others work. */
const BYTES_PER_STEP = 1 << 20

export interface CleanResult {
  /** Where the dirty part began. */
  readonly cleanedFrom: number
  /** Where the next round begins: for `cleaner-offset-checkpoint`. */
  readonly cleanedTo: number
  readonly bytesBefore: number
  readonly bytesAfter: number
  readonly segmentsBefore: number
  readonly segmentsAfter: number
}

export interface CleanOptions {
  readonly segments: readonly Segment[]
  readonly range: CleanableRange
  readonly config: LogConfig
  readonly nowMs: number
  readonly producer: (producerId: number) => ProducerEntry | undefined
  /** True once the log was deleted: nothing is written any more. */
  readonly isGone: () => boolean
  /** A segment beside the log, to be put in the place of others. */
  readonly beginCleaned: (baseOffset: number) => Segment
  /** Swaps it in; false when the old segments have changed meanwhile: the round is given up. */
  readonly replace: (old: readonly Segment[], cleaned: Segment) => Promise<boolean>
}

/**
 * One round of compaction (Kafka: `Cleaner.doClean`): first the newest offset of every key in the dirty part, then every
 * closed segment up to its end is written anew without what is outdated, small neighbours joined. Pauses now and then,
 * so that nobody waits for it.
 */
export async function cleanLog(options: CleanOptions, pause: () => Promise<void>): Promise<CleanResult> {
  const { segments, range } = options
  const newest = await newestOffsets(segments, range, pause)
  const cleanedTo = newest.latestOffset + 1
  const closed = segments.filter(({ baseOffset }, index) => baseOffset < cleanedTo && index < segments.length - 1)
  const cleanedFrom = range.firstDirtyOffset
  let bytesAfter = 0
  let segmentsAfter = 0
  const keptAborts: IndexedAbort[] = []
  const transactions = new CleanerTransactions(abortsOf(segments), 0, (abort) => keptAborts.push(abort))
  const segmentsBefore = closed.length
  const bytesBefore = closed.reduce((sum, segment) => sum + segment.size, 0)
  for (const group of groups(closed, options.config)) {
    if (options.isGone()) break
    const cleaned = await cleanGroup(group, { ...options, newest, transactions, keptAborts }, pause)
    bytesAfter += cleaned.size
    segmentsAfter++
    const isReplaced = await options.replace(group, cleaned)
    if (!isReplaced)
      return { cleanedFrom, cleanedTo: cleanedFrom, bytesBefore, bytesAfter, segmentsBefore, segmentsAfter }
  }
  return { cleanedFrom, cleanedTo, bytesBefore, bytesAfter, segmentsBefore, segmentsAfter }
}

/** Aborted records do not count: an older committed value must win over them. */
async function newestOffsets(
  segments: readonly Segment[],
  range: CleanableRange,
  pause: () => Promise<void>,
): Promise<NewestOffsets> {
  const byKey = new Map<string, number>()
  const transactions = new CleanerTransactions(abortsOf(segments), range.firstDirtyOffset)
  let latestOffset = range.firstDirtyOffset - 1
  let bytesSincePause = 0
  for (const [index, segment] of segments.entries()) {
    const end = segments[index + 1]?.baseOffset ?? range.firstUncleanableOffset
    if (end <= range.firstDirtyOffset) continue
    if (segment.baseOffset >= range.firstUncleanableOffset) break
    for (const { bytes, at } of segment.batches(segment.offsetIndex.positionBefore(range.firstDirtyOffset))) {
      if (batch.baseOffset(bytes, at) >= range.firstUncleanableOffset) break
      if (!addKeys(byKey, bytes, at, range.firstDirtyOffset, transactions)) return { byKey, latestOffset }
      latestOffset = Math.max(latestOffset, batch.lastOffset(bytes, at))
      bytesSincePause += batch.batchSize(bytes, at)
      if (bytesSincePause < BYTES_PER_STEP) continue
      bytesSincePause = 0
      await pause()
    }
    // Cleaning may have removed the last batches of a segment.
    latestOffset = Math.max(latestOffset, Math.min(end, range.firstUncleanableOffset) - 1)
  }
  return { byKey, latestOffset }
}

function abortsOf(segments: readonly Segment[]): readonly IndexedAbort[] {
  return segments.flatMap((segment) => segment.transactionIndex.aborts())
}

/** False when the map is full. */
function addKeys(
  byKey: Map<string, number>,
  bytes: Buffer,
  at: number,
  firstDirtyOffset: number,
  transactions: CleanerTransactions,
): boolean {
  const isAborted = transactions.mayDiscard(bytes, at)
  if (isAborted || batch.isControl(bytes, at)) return true
  for (const record of batch.decodeRecords(bytes.subarray(at))) {
    if (record.key === null || record.offset < firstDirtyOffset) continue
    if (byKey.size >= MAX_KEYS_PER_ROUND) return false
    byKey.set(keyText(record.key), record.offset)
  }
  return true
}

/** Neighbours that fit into one segment together. */
function groups(segments: readonly Segment[], config: LogConfig): Segment[][] {
  const grouped: Segment[][] = []
  let bytes = 0
  for (const segment of segments) {
    const group = grouped.at(-1)
    const spansTooFar = group?.[0] !== undefined && segment.baseOffset - group[0].baseOffset > LARGEST_SPAN
    if (group && !spansTooFar && bytes + segment.size <= config.segmentBytes) {
      group.push(segment)
      bytes += segment.size
    } else {
      grouped.push([segment])
      bytes = segment.size
    }
  }
  return grouped
}

/** Well below the 2^31 offsets that an index can tell apart. */
const LARGEST_SPAN = 0x4000_0000

async function cleanGroup(
  group: readonly Segment[],
  options: CleanOptions & {
    readonly newest: NewestOffsets
    readonly transactions: CleanerTransactions
    readonly keptAborts: IndexedAbort[]
  },
  pause: () => Promise<void>,
): Promise<Segment> {
  const { config, newest, transactions, keptAborts, nowMs, producer, range } = options
  const cleaned = options.beginCleaned(group[0]?.baseOffset ?? 0)
  const filter: CleanBatchOptions = {
    newest,
    transactions,
    producer,
    nowMs,
    deleteRetentionMs: config.deleteRetentionMs,
    roundEndOffset: range.firstUncleanableOffset,
  }
  let bytesSincePause = 0
  try {
    for (const segment of group) {
      for (const { bytes, at } of segment.batches()) {
        const left = cleanBatch(bytes, at, filter)
        if (left) cleaned.append(left, config.indexIntervalBytes)
        bytesSincePause += batch.batchSize(bytes, at)
        if (bytesSincePause < BYTES_PER_STEP) continue
        bytesSincePause = 0
        await pause()
      }
    }
  } catch (thrown) {
    cleaned.remove()
    throw thrown
  }
  if (options.isGone()) return cleaned
  for (const abort of keptAborts.splice(0)) cleaned.transactionIndex.append(abort)
  return cleaned
}
