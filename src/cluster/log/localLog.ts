import * as batch from "../../protocol/recordBatch"
import type { Clock } from "../clock"
import type { DelayedDeletions } from "./delayedDeletions"
import type { LeaderEpochs } from "./leaderEpochs"
import { loadSegments } from "./loadSegments"
import type { LogConfig } from "./logConfig"
import type { AbortedTransaction, SegmentDescription } from "./logInterface"
import { Segment } from "./segment"
import { type LogPlace, segmentFileName } from "./segmentFiles"
import { swapIn } from "./swapSegments"

const NOTHING = Buffer.alloc(0)

/** The segments of a log in the order of their offsets (Kafka: `LocalLog`): bytes and indexes, no producers, no epochs. */
export class LocalLog {
  readonly #place: LogPlace
  readonly #clock: Clock
  readonly #deletions: DelayedDeletions
  /** The last is the active one. Empty until the first append: an empty log has no files. */
  #segments: Segment[] = []
  #truncations = 0
  #rewrites = 0
  /** What the cleaner is writing. */
  #cleaned: Segment | undefined
  #isDropped = false

  constructor(place: LogPlace, clock: Clock, deletions: DelayedDeletions) {
    this.#place = place
    this.#clock = clock
    this.#deletions = deletions
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  /** Rises with every truncation: what was learnt of the log before may be wrong. */
  get truncations(): number {
    return this.#truncations
  }

  /** Rises whenever what stood at an offset may have become something else: truncated, removed, compacted. */
  get rewrites(): number {
    return this.#rewrites
  }

  get active(): Segment | undefined {
    return this.#segments.at(-1)
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.size, 0)
  }

  /** Opens what is in the folder; returns where the log ends and how much of a torn end was cut. */
  load(options: {
    readonly indexIntervalBytes: number
    readonly cleanShutdown: boolean
    readonly recoveryPoint: number
    readonly epochs: LeaderEpochs
    readonly isCompacted: boolean
  }): { readonly logEndOffset: number; readonly truncatedBytes: number; readonly rebuiltFrom: number } {
    const loaded = loadSegments({ place: this.#place, nowMs: this.#clock.now(), ...options })
    this.#segments = loaded.segments
    this.#discard(loaded.unreachable)
    return loaded
  }

  begin(baseOffset: number): Segment {
    // An empty segment tells where the log goes on, unless that is at 0.
    if (baseOffset > 0) this.#touch(baseOffset, "")
    const segment = new Segment(this.#place, baseOffset, this.#clock.now())
    this.#segments.push(segment)
    return segment
  }

  #touch(baseOffset: number, ending: "" | ".cleaned"): void {
    const { disk, folder, latch } = this.#place
    const path = `${folder}/${segmentFileName(baseOffset, ".log")}${ending}`
    latch.check(disk.writeFile(path, NOTHING))
  }

  /** Whether the incoming bytes ask for a new segment (Kafka: `LogSegment.shouldRoll`). */
  shouldRoll(bytes: Buffer, lastOffset: number, config: LogConfig): boolean {
    const active = this.active
    if (!active || active.size === 0) return false
    if (active.isFullFor(bytes.length, lastOffset, config.segmentBytes, config.segmentIndexBytes)) return true
    // A compacted topic rolls early enough for max.compaction.lag.ms (Kafka: `LogConfig.maxSegmentMs`).
    const maxAgeMs = config.isCompacting ? Math.min(config.maxCompactionLagMs, config.segmentMs) : config.segmentMs
    return active.ageMs(this.#clock.now(), largestTimestamp(bytes)) > maxAgeMs
  }

  /** Whole batches from the one that holds `offset`, below `endOffset`; at least one if there is one. */
  read(offset: number, maxBytes: number, endOffset: number, allocate?: (bytes: number) => Buffer): Buffer {
    for (let index = this.indexOf(offset); index < this.#segments.length; index++) {
      const segment = this.#segments[index]
      if (!segment || segment.baseOffset >= endOffset) return NOTHING
      const bytes = segment.read(offset, maxBytes, endOffset, allocate)
      if (bytes.length > 0 || this.#place.latch.failure) return bytes
    }
    return NOTHING
  }

  /** Index of the segment that holds (or would hold) an offset; 0 for one below all. */
  indexOf(offset: number): number {
    let low = 0
    let high = this.#segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#segments[middle]?.baseOffset ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Removes everything at and after `offset`, which is behind the first segment's base; returns the new end. */
  truncateTo(offset: number): number {
    this.#truncations++
    this.#rewrites++
    const gone = this.#segments.findIndex(({ baseOffset }) => baseOffset >= offset)
    // From the end: a crash in between leaves no hole.
    if (gone >= 0) this.#discard(this.#segments.splice(gone).reverse())
    const active = this.active
    if (!active) return offset
    active.truncateTo(offset, active.positionOf(offset))
    return active.endOffset()
  }

  /** Removes the first so many segments. */
  removeFirst(count: number): void {
    this.#rewrites++
    this.#discard(this.#segments.splice(0, count))
  }

  #discard(segments: readonly Segment[]): void {
    if (segments.length === 0) return
    for (const segment of segments) segment.markDeleted()
    this.#removeLater(segments)
  }

  #removeLater(segments: readonly Segment[]): void {
    this.#deletions.removeLater(() => {
      for (const segment of segments) segment.remove()
    })
  }

  /** The folder is not this log's any more: nothing of it is touched from now on. */
  drop(): void {
    this.#isDropped = true
    this.#deletions.cancel()
    for (const segment of this.#segments.splice(0)) segment.drop()
    this.#cleaned?.drop()
  }

  get isDropped(): boolean {
    return this.#isDropped
  }

  /** A segment beside the log for the cleaner to write. */
  beginCleaned(baseOffset: number): Segment {
    this.#touch(baseOffset, ".cleaned")
    this.#cleaned = new Segment(this.#place, baseOffset, this.#clock.now(), ".cleaned")
    return this.#cleaned
  }

  /** Swaps a cleaned segment in, unless the log was truncated since or the old ones have gone; false then. */
  async replace(old: readonly Segment[], cleaned: Segment, truncations: number): Promise<boolean> {
    const flushed = await cleaned.flush()
    this.#cleaned = undefined
    if (this.#isDropped) return false
    const first = this.#segments.findIndex(({ baseOffset }) => baseOffset === old[0]?.baseOffset)
    const isSame =
      truncations === this.#truncations && old.every((segment, index) => this.#segments[first + index] === segment)
    if (!flushed || !isSame || this.#place.latch.failure) {
      cleaned.remove()
      return false
    }
    this.#rewrites++
    this.#segments.splice(first, old.length, swapIn(this.#place, old, cleaned, this.#clock.now()))
    this.#removeLater(old)
    return true
  }

  /** Transactions aborted within [from, to), as a read_committed Fetch lists them. */
  abortedTransactions(from: number, to: number): readonly AbortedTransaction[] {
    const found: AbortedTransaction[] = []
    for (let index = this.indexOf(from); index < this.#segments.length; index++) {
      for (const abort of this.#segments[index]?.transactionIndex.aborts() ?? []) {
        if (abort.lastOffset >= from && abort.firstOffset < to) {
          found.push({ producerId: abort.producerId, firstOffset: abort.firstOffset })
        }
        if (abort.lastStableOffset >= to) return found
      }
    }
    return found
  }

  describe(): readonly SegmentDescription[] {
    return this.#segments.map((segment) => ({
      baseOffset: segment.baseOffset,
      bytes: segment.size,
      closed: segment.closed,
      largestTimestamp: segment.largestTimestamp,
    }))
  }

  /** Flushes the segments that hold offsets within [from, to). */
  async flush(from: number, to: number): Promise<void> {
    const segments = this.#segments.slice(this.indexOf(from)).filter((segment) => segment.baseOffset < to)
    for (const segment of segments) await segment.flush()
  }

  release(): void {
    for (const segment of this.#segments) segment.release()
  }
}

function largestTimestamp(bytes: Buffer): number {
  let largest = -1
  for (let at = 0; at < bytes.length; at += batch.batchSize(bytes, at)) {
    largest = Math.max(largest, batch.maxTimestamp(bytes, at))
  }
  return largest
}
