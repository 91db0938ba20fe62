import * as batch from "../../protocol/recordBatch"
import type { Disk, DiskFile } from "../disk"
import type { FailureLatch } from "./failureLatch"
import { OffsetIndex } from "./offsetIndex"
import { DELETED_SUFFIX, type LogPlace, SEGMENT_SUFFIXES, type SegmentSuffix, segmentFileName } from "./segmentFiles"
import { TimeIndex, type TimeIndexEntry } from "./timeIndex"
import { TransactionIndex } from "./transactionIndex"

/** Bytes read at a time when batches are walked. */
export const SCAN_BYTES = 256 * 1024

/** Bytes read to find an offset behind an index entry: a little more than index.interval.bytes. */
const LOOKUP_BYTES = 8 * 1024

const NOTHING = Buffer.alloc(0)

/** Offsets of a segment are stored relative to its base, in 31 bits. */
const LARGEST_RELATIVE_OFFSET = 0x7fffffff

/** Of files beside the log: as the cleaner makes them, and those that wait for their removal. */
export type SegmentEnding = "" | ".cleaned" | ".swap" | typeof DELETED_SUFFIX

export interface BatchPosition {
  readonly bytes: Buffer
  /** Where the batch starts in `bytes`. */
  readonly at: number
  /** Where it starts in the segment. */
  readonly position: number
}

/** One `.log` file with its indexes (Kafka: `LogSegment`). */
export class Segment {
  readonly baseOffset: number
  readonly createdMs: number
  readonly offsetIndex: OffsetIndex
  readonly timeIndex: TimeIndex
  readonly transactionIndex: TransactionIndex
  readonly #disk: Disk
  readonly #folder: string
  readonly #latch: FailureLatch
  #ending: SegmentEnding
  #file: DiskFile | undefined
  #largest: TimeIndexEntry | undefined
  #largestKnown = false
  /** Where the read before ended: the position of the first batch at or behind that offset. */
  #next: { readonly offset: number; readonly position: number } | undefined
  /** Timestamp that rolling by time counts from: the first batch's. */
  #firstTimestamp: number | undefined
  #bytesSinceIndexEntry = 0
  #closed = false

  constructor(place: LogPlace, baseOffset: number, nowMs: number, ending: SegmentEnding = "") {
    const { disk, folder, latch } = place
    this.#disk = disk
    this.#folder = folder
    this.#latch = latch
    this.#ending = ending
    this.baseOffset = baseOffset
    this.createdMs = nowMs
    this.#file = latch.take(disk.openFile(this.#path(".log")))
    this.offsetIndex = new OffsetIndex(disk, this.#path(".index"), baseOffset, latch)
    this.timeIndex = new TimeIndex(disk, this.#path(".timeindex"), baseOffset, latch)
    this.transactionIndex = new TransactionIndex(disk, this.#path(".txnindex"), latch)
  }

  #path(suffix: SegmentSuffix): string {
    return `${this.#folder}/${segmentFileName(this.baseOffset, suffix)}${this.#ending}`
  }

  get size(): number {
    return this.#file?.size ?? 0
  }

  get closed(): boolean {
    return this.#closed
  }

  /** -1 when empty. */
  get largestTimestamp(): number {
    return this.#largestEntry()?.timestamp ?? -1
  }

  /** Last offset of the batch that holds the largest timestamp. */
  get offsetOfLargestTimestamp(): number {
    return this.#largestEntry()?.offset ?? this.baseOffset
  }

  /** Takes over the indexes that an earlier run wrote; false when they cannot be right. */
  loadIndexes(): boolean {
    const plausible = this.offsetIndex.load() && this.timeIndex.load() && this.offsetIndex.lastPosition() <= this.size
    this.#bytesSinceIndexEntry = this.size - this.offsetIndex.lastPosition()
    return plausible && this.transactionIndex.isPlausible
  }

  /** Appends whole batches with their offsets set; false when the disk refused. */
  append(bytes: Buffer, indexIntervalBytes: number): boolean {
    const file = this.#file
    if (!file) return false
    const start = this.#latch.take(file.append(bytes))
    if (start === undefined) return false
    let at = 0
    while (at < bytes.length) {
      this.index(bytes, at, start + at, indexIntervalBytes)
      at += batch.batchSize(bytes, at)
    }
    return true
  }

  /** Notes a batch that is in the file, as `append` and the rebuilding of indexes do. */
  index(bytes: Buffer, at: number, position: number, indexIntervalBytes: number): void {
    const lastOffset = batch.lastOffset(bytes, at)
    const timestamp = batch.maxTimestamp(bytes, at)
    this.#firstTimestamp ??= timestamp
    const largest = this.#largestEntry()
    if (!largest || timestamp > largest.timestamp) this.#largest = { timestamp, offset: lastOffset }
    if (this.#bytesSinceIndexEntry > indexIntervalBytes) {
      this.offsetIndex.append(lastOffset, position)
      if (this.#largest) this.timeIndex.maybeAppend(this.#largest.timestamp, this.#largest.offset)
      this.#bytesSinceIndexEntry = 0
    }
    this.#bytesSinceIndexEntry += batch.batchSize(bytes, at)
  }

  /** Whole batches from the one that holds `offset` (or follows it), each ending below `endOffset`; empty when none. */
  read(offset: number, maxBytes: number, endOffset: number, allocate?: (bytes: number) => Buffer): Buffer {
    const position = this.#next?.offset === offset ? this.#next.position : this.positionOf(offset)
    const left = this.size - position
    if (left <= 0) return NOTHING
    const bytes = this.readBytes(position, Math.min(left, Math.max(maxBytes, batch.batchHeaderBytes)), allocate)
    if (!bytes) return NOTHING
    if (!isBatchAt(bytes, 0)) return this.#damagedAt(position)
    const end = endOfWholeBatches(bytes, endOffset)
    if (end > 0) {
      this.#rememberEnd(bytes, end, position)
      return bytes.subarray(0, end)
    }
    const size = batch.batchSize(bytes, 0)
    if (batch.lastOffset(bytes, 0) >= endOffset || size <= bytes.length) return NOTHING
    const whole = this.readBytes(position, size, allocate)
    return whole?.length === size ? whole : NOTHING
  }

  /** Followers and consumers mostly go on where the last read ended: no lookup then. */
  #rememberEnd(bytes: Buffer, end: number, position: number): void {
    let at = 0
    while (at + batch.batchSize(bytes, at) < end) at += batch.batchSize(bytes, at)
    this.#next = { offset: batch.lastOffset(bytes, at) + 1, position: position + end }
  }

  /** The position of the first batch whose last offset is at or behind `offset`; the size when there is none. */
  positionOf(offset: number): number {
    let end = this.offsetIndex.positionBefore(offset)
    for (const found of this.batches(end, LOOKUP_BYTES)) {
      if (batch.lastOffset(found.bytes, found.at) >= offset) return found.position
      end = found.position + batch.batchSize(found.bytes, found.at)
    }
    if (end < this.size) this.#damagedAt(end)
    return this.size
  }

  /** The offset behind the last batch. */
  endOffset(): number {
    let end = this.baseOffset
    let position = this.offsetIndex.lastPosition()
    for (const found of this.batches(position)) {
      end = batch.lastOffset(found.bytes, found.at) + 1
      position = found.position + batch.batchSize(found.bytes, found.at)
    }
    // A log that was stopped cleanly has no torn end: taken for shorter, it would make its followers forget the rest.
    if (position < this.size) this.#damagedAt(position)
    return end
  }

  /** Walks the batches from a position; ends at the first that is not whole or not a batch. */
  *batches(from = 0, chunkBytes = SCAN_BYTES): Generator<BatchPosition> {
    let position = from
    while (position < this.size) {
      const chunk = this.#chunkAt(position, chunkBytes)
      if (!chunk) return
      let at = 0
      while (isBatchAt(chunk, at) && at + batch.batchSize(chunk, at) <= chunk.length) {
        yield { bytes: chunk, at, position: position + at }
        at += batch.batchSize(chunk, at)
      }
      if (at === 0) return
      position += at
    }
  }

  /** At least one whole batch, if there is one. */
  #chunkAt(position: number, chunkBytes: number): Buffer | undefined {
    const left = this.size - position
    const chunk = this.readBytes(position, Math.min(chunkBytes, left))
    if (!chunk || !isBatchAt(chunk, 0)) return undefined
    const first = batch.batchSize(chunk, 0)
    if (first <= chunk.length) return chunk
    return first <= left ? this.readBytes(position, first) : undefined
  }

  readBytes(position: number, length: number, allocate?: (bytes: number) => Buffer): Buffer | undefined {
    return this.#file && this.#latch.take(this.#file.read(position, length, allocate))
  }

  /** Cuts everything from `position`, where the batch with `offset` starts. */
  truncateTo(offset: number, position: number): void {
    if (!this.#file || !this.#latch.check(this.#file.truncate(position))) return
    this.#next = undefined
    this.#closed = false
    this.offsetIndex.truncateTo(offset)
    this.timeIndex.truncateTo(offset)
    this.transactionIndex.truncateTo(offset)
    this.#largest = undefined
    this.#largestKnown = false
    this.#firstTimestamp = undefined
    this.#bytesSinceIndexEntry = position - this.offsetIndex.lastPosition()
  }

  /**
   * Forgets the indexes, so that a walk can build them anew. Of a segment that was flushed the aborted transactions
   * stay: they survive a power failure, what is written now does not yet.
   */
  clearIndexes(isFlushed: boolean): void {
    this.offsetIndex.load()
    this.timeIndex.load()
    this.offsetIndex.clear()
    this.timeIndex.clear()
    if (!isFlushed || !this.transactionIndex.isPlausible) this.transactionIndex.clear()
    this.#largest = undefined
    this.#largestKnown = true
    this.#firstTimestamp = undefined
    this.#bytesSinceIndexEntry = 0
  }

  /** How long the segment has been filled, as rolling by segment.ms counts: by its records' time if they have one. */
  ageMs(nowMs: number, incomingTimestamp: number): number {
    this.#firstTimestamp ??= this.#readFirstTimestamp()
    if (this.#firstTimestamp !== undefined && this.#firstTimestamp >= 0) return incomingTimestamp - this.#firstTimestamp
    return nowMs - this.createdMs
  }

  /** The timestamp of the first batch; undefined when empty. */
  firstTimestamp(): number | undefined {
    this.#firstTimestamp ??= this.#readFirstTimestamp()
    return this.#firstTimestamp
  }

  isFullFor(bytes: number, lastOffset: number, segmentBytes: number, segmentIndexBytes: number): boolean {
    return (
      this.size > segmentBytes - bytes ||
      this.offsetIndex.isFull(segmentIndexBytes) ||
      this.timeIndex.isFull(segmentIndexBytes) ||
      lastOffset - this.baseOffset > LARGEST_RELATIVE_OFFSET
    )
  }

  /** No more appends. */
  close(): void {
    this.#closed = true
    this.release()
  }

  /** A segment that an earlier run closed. */
  markClosed(): void {
    this.#closed = true
  }

  /**
   * Writes the indexes, the last time entry among them (Kafka: `onBecomeInactiveSegment`), and gives memory and
   * descriptors back; the segment may still be used.
   */
  release(): void {
    if (this.size > 0) {
      const largest = this.#largestEntry()
      if (largest) this.timeIndex.maybeAppend(largest.timestamp, largest.offset)
      this.offsetIndex.release()
      this.timeIndex.release()
    }
    this.transactionIndex.release()
    this.#file?.close()
  }

  async flush(): Promise<boolean> {
    if (!this.#file || !this.#latch.check(await this.#file.flush())) return false
    await this.offsetIndex.flush()
    await this.timeIndex.flush()
    await this.transactionIndex.flush()
    return this.#latch.failure === undefined
  }

  /** The log is done with it: its files get another name until they are removed. Whoever walks it can go on. */
  markDeleted(): void {
    this.drop()
    const before = SEGMENT_SUFFIXES.map((suffix) => this.#path(suffix))
    this.#ending = DELETED_SUFFIX
    for (const [index, suffix] of SEGMENT_SUFFIXES.entries()) {
      const path = before[index] ?? ""
      if (this.#disk.exists(path)) this.#latch.check(this.#disk.rename(path, this.#path(suffix)))
    }
    this.#file = this.#latch.take(this.#disk.openFile(this.#path(".log")))
  }

  remove(): void {
    this.drop()
    for (const suffix of SEGMENT_SUFFIXES) this.#latch.check(this.#disk.remove(this.#path(suffix)))
  }

  /** Lets go of its files for good: whoever still holds the segment finds nothing in it, and brings no file back. */
  drop(): void {
    this.offsetIndex.drop()
    this.timeIndex.drop()
    this.transactionIndex.drop()
    this.#file?.close()
    this.#file = undefined
  }

  /** After a reopening the largest timestamp is known from the time index and the batches behind its last entry. */
  #largestEntry(): TimeIndexEntry | undefined {
    if (this.#largestKnown) return this.#largest
    this.#largestKnown = true
    let largest = this.timeIndex.last()
    for (const found of this.batches(largest ? this.offsetIndex.positionBefore(largest.offset) : 0)) {
      const timestamp = batch.maxTimestamp(found.bytes, found.at)
      const offset = batch.lastOffset(found.bytes, found.at)
      if (!largest || timestamp > largest.timestamp) largest = { timestamp, offset }
    }
    this.#largest = largest
    return largest
  }

  #readFirstTimestamp(): number | undefined {
    const header = this.size > 0 ? this.readBytes(0, batch.batchHeaderBytes) : undefined
    return header && isBatchAt(header, 0) ? batch.maxTimestamp(header, 0) : undefined
  }

  #damagedAt(position: number): Buffer {
    const path = this.#path(".log")
    const message = `The segment is damaged at byte ${position}: remove the partition's folder, so that it is fetched anew.`
    this.#latch.fail({ code: "EIO", path, message })
    return NOTHING
  }
}

/** How many of the bytes are whole batches that end below `endOffset`. */
function endOfWholeBatches(bytes: Buffer, endOffset: number): number {
  let at = 0
  while (isBatchAt(bytes, at) && at + batch.batchSize(bytes, at) <= bytes.length) {
    if (batch.lastOffset(bytes, at) >= endOffset) break
    at += batch.batchSize(bytes, at)
  }
  return at
}

/** Whether a batch's header starts here: anything else is a torn or damaged place. */
function isBatchAt(bytes: Buffer, at: number): boolean {
  return (
    at + batch.batchHeaderBytes <= bytes.length &&
    batch.magic(bytes, at) === batch.currentMagic &&
    batch.batchSize(bytes, at) >= batch.batchHeaderBytes
  )
}
