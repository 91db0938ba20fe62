import * as batch from "../../protocol/recordBatch"
import type { ProducerState } from "./producerState"
import type { Segment } from "./segment"
import { type LogPlace, offsetsOf, segmentFileName } from "./segmentFiles"

/** Batches within so many bytes before a snapshot are read again: 64 of the batches that Kafka's clients send by default. */
const RECALLED_BYTES = 1024 * 1024

export interface LoadProducersOptions extends LogPlace {
  readonly producers: ProducerState
  readonly segments: readonly Segment[]
  readonly logStartOffset: number
  readonly logEndOffset: number
  /** Transaction indexes from this offset on are empty and filled again by the replay. */
  readonly replayFrom: number
  readonly nowMs: number
  readonly producerIdExpirationMs: number
}

/** Rebuilds the producers from the newest sound snapshot and the batches behind it (Kafka: `rebuildProducerState`). */
export function loadProducers(options: LoadProducersOptions): void {
  const from = loadNewestSnapshot(options)
  recallBatches(options, from)
  for (const [index, segment] of options.segments.entries()) {
    const next = options.segments[index + 1]?.baseOffset ?? options.logEndOffset
    if (next <= from) continue
    const start = from > segment.baseOffset ? segment.positionOf(from) : 0
    for (const found of segment.batches(start)) {
      if (batch.producerId(found.bytes, found.at) < 0 || batch.baseOffset(found.bytes, found.at) < from) continue
      noteBatch(options.producers, segment, found.bytes, found.at)
    }
  }
}

/**
 * A snapshot keeps only the last batch of a producer (Kafka: `ProducerStateEntry`). There the retry of an earlier batch
 * that was in flight is out of order after a reload, Java's client goes on in a new epoch, and the records stand twice.
 * What the batches before the snapshot tell closes that gap.
 */
function recallBatches({ producers, segments }: LoadProducersOptions, from: number): void {
  if (!producers.hasEntries) return
  const starts: { readonly segment: Segment; readonly position: number }[] = []
  let left = RECALLED_BYTES
  for (let index = segments.length - 1; index >= 0 && left > 0; index--) {
    const segment = segments[index]
    if (!segment || segment.baseOffset >= from) continue
    const isWhollyBefore = (segments[index + 1]?.baseOffset ?? Number.POSITIVE_INFINITY) <= from
    const end = isWhollyBefore ? segment.size : segment.positionOf(from)
    starts.unshift({ segment, position: segment.offsetIndex.positionAtOrBelow(end - left) })
    left -= end
  }
  for (const { segment, position } of starts) {
    for (const found of segment.batches(position)) {
      if (batch.baseOffset(found.bytes, found.at) >= from) return
      producers.recall(found.bytes, found.at)
    }
  }
}

/** Takes a batch into the producers' state, and an abort into the segment's transaction index unless it is there. */
export function noteBatch(producers: ProducerState, segment: Segment, bytes: Buffer, at: number): void {
  const completed = producers.apply(bytes, at)
  if (!completed?.aborted) return
  const { producerId, firstOffset, lastOffset } = completed
  // A replay meets aborts that the index already has.
  if ((segment.transactionIndex.aborts().at(-1)?.lastOffset ?? -1) >= lastOffset) return
  const lastStableOffset = producers.lastStableAfter(completed)
  segment.transactionIndex.append({ producerId, firstOffset, lastOffset, lastStableOffset })
}

function loadNewestSnapshot(options: LoadProducersOptions): number {
  const { disk, folder, latch, producers, logStartOffset, logEndOffset } = options
  producers.clear()
  const snapshots = offsetsOf(latch.take(disk.list(folder)) ?? [], ".snapshot")
  for (const offset of snapshots.reverse()) {
    if (offset > Math.min(logEndOffset, options.replayFrom) || offset < logStartOffset) continue
    const path = `${folder}/${segmentFileName(offset, ".snapshot")}`
    const bytes = latch.take(disk.readFile(path))
    if (bytes && producers.load(bytes, options.nowMs, options.producerIdExpirationMs)) return offset
    latch.check(disk.remove(path))
  }
  return logStartOffset
}

/** What was taken at an offset tells of the same batches for ever: a truncation takes those behind it away. */
export function hasSnapshot(place: LogPlace, offset: number): boolean {
  return place.disk.exists(snapshotPath(place, offset))
}

export function writeSnapshot(place: LogPlace, offset: number, producers: ProducerState): void {
  place.latch.check(place.disk.writeFile(snapshotPath(place, offset), producers.snapshot()))
}

function snapshotPath({ folder }: LogPlace, offset: number): string {
  return `${folder}/${segmentFileName(offset, ".snapshot")}`
}

/** Removes the snapshots at the offsets that `isDoomed` names. */
export function removeSnapshots(place: LogPlace, isDoomed: (offset: number) => boolean): void {
  const { disk, folder, latch } = place
  for (const name of namesOfSnapshots(place, isDoomed)) latch.check(disk.remove(`${folder}/${name}`))
}

export function namesOfSnapshots({ disk, folder, latch }: LogPlace, isWanted: (offset: number) => boolean): string[] {
  const offsets = offsetsOf(latch.take(disk.list(folder)) ?? [], ".snapshot")
  return offsets.filter(isWanted).map((offset) => segmentFileName(offset, ".snapshot"))
}
