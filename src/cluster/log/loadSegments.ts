import { crc32c } from "../../protocol/crc32c"
import * as batch from "../../protocol/recordBatch"
import type { LeaderEpochs } from "./leaderEpochs"
import { Segment } from "./segment"
import { type LogPlace, offsetsOf } from "./segmentFiles"
import { finishSwaps } from "./swapSegments"

/** Where the part of a batch that its checksum covers begins: the attributes. */
const CHECKED_FROM = 21

export interface LoadOptions {
  readonly place: LogPlace
  readonly indexIntervalBytes: number
  readonly nowMs: number
  readonly cleanShutdown: boolean
  readonly recoveryPoint: number
  readonly epochs: LeaderEpochs
  /** The cleaner takes records away, and may have taken the last ones of a segment. */
  readonly isCompacted: boolean
}

export interface LoadedSegments {
  readonly segments: Segment[]
  /** What comes behind a torn batch: no part of the log. */
  readonly unreachable: readonly Segment[]
  readonly logEndOffset: number
  /** Bytes that a crash left half written and that were cut off. */
  readonly truncatedBytes: number
  /** Base of the first segment whose indexes were built anew; the log end when none was. */
  readonly rebuiltFrom: number
}

/**
 * Opens the segments of a folder (Kafka: `LogLoader`). After an unclean stop everything behind the recovery point is
 * walked: batches are checked by CRC, indexes built anew, and the log ends before the first batch that is not whole. It
 * also ends where a segment does not reach the next one: a closed segment is flushed in the background, so a power
 * failure may take its end, at a batch's boundary, and leave what came behind. Kafka goes on there, with a hole.
 */
export function loadSegments(options: LoadOptions): LoadedSegments {
  const { place, nowMs, recoveryPoint } = options
  finishSwaps(place)
  const bases = offsetsOf(place.latch.take(place.disk.list(place.folder)) ?? [], ".log")
  const segments: Segment[] = []
  const unreachable: Segment[] = []
  let isTorn = false
  let truncatedBytes = 0
  let rebuiltFrom = Number.MAX_SAFE_INTEGER
  let logEndOffset = bases.at(-1) ?? 0
  for (const [index, base] of bases.entries()) {
    const segment = new Segment(place, base, nowMs)
    if (isTorn) {
      truncatedBytes += segment.size
      unreachable.unshift(segment)
      continue
    }
    segments.push(segment)
    const next = bases[index + 1]
    const isFlushed = options.cleanShutdown || (next !== undefined && next <= recoveryPoint)
    if (isFlushed && segment.loadIndexes()) {
      logEndOffset = next ?? segment.endOffset()
    } else {
      rebuiltFrom = Math.min(rebuiltFrom, base)
      const rebuilt = rebuild(segment, options, isFlushed)
      logEndOffset = rebuilt.endOffset
      truncatedBytes += rebuilt.truncatedBytes
      const isShort = !isFlushed && !options.isCompacted && next !== undefined && logEndOffset < next
      isTorn = truncatedBytes > 0 || isShort
    }
  }
  for (const segment of segments.slice(0, -1)) segment.markClosed()
  return { segments, unreachable, logEndOffset, truncatedBytes, rebuiltFrom: Math.min(rebuiltFrom, logEndOffset) }
}

function rebuild(
  segment: Segment,
  options: LoadOptions,
  isFlushed: boolean,
): { endOffset: number; truncatedBytes: number } {
  segment.clearIndexes(isFlushed)
  let position = 0
  let endOffset = segment.baseOffset
  for (const found of segment.batches()) {
    const { bytes, at } = found
    if (!isIntact(bytes, at) || batch.baseOffset(bytes, at) < endOffset) break
    segment.index(bytes, at, found.position, options.indexIntervalBytes)
    // What was flushed has its epochs in the file, those of later segments too (LogSegment.recover). Behind the recovery
    // point the file may be older than the batches: a truncation and what came after it are not flushed at once here.
    const epoch = batch.partitionLeaderEpoch(bytes, at)
    if (!isFlushed || epoch > options.epochs.latest) options.epochs.assign(epoch, batch.baseOffset(bytes, at))
    endOffset = batch.lastOffset(bytes, at) + 1
    position = found.position + batch.batchSize(bytes, at)
  }
  const truncatedBytes = segment.size - position
  if (truncatedBytes > 0) segment.truncateTo(endOffset, position)
  return { endOffset, truncatedBytes }
}

function isIntact(bytes: Buffer, at: number): boolean {
  const end = at + batch.batchSize(bytes, at)
  return batch.crc(bytes, at) === crc32c(bytes, at + CHECKED_FROM, end)
}
