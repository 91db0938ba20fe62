import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"
import { SparseIndex } from "./sparseIndex"

/** Timestamp i64, relative offset i32 (Kafka: `TimeIndex`). */
const ENTRY_BYTES = 12

export interface TimeIndexEntry {
  readonly timestamp: number
  readonly offset: number
}

/** `.timeindex`: the largest timestamp so far → the last offset of the batch that holds it. Both ascend. */
export class TimeIndex {
  readonly #baseOffset: number
  readonly #index: SparseIndex

  constructor(disk: Disk, path: string, baseOffset: number, latch: FailureLatch) {
    this.#baseOffset = baseOffset
    this.#index = new SparseIndex(disk, path, ENTRY_BYTES, latch)
  }

  get count(): number {
    return this.#index.count
  }

  last(): TimeIndexEntry | undefined {
    return this.#decode(this.#index.entry(this.#index.count - 1))
  }

  /** Adds an entry unless it would say nothing new: timestamps in the index only rise. */
  maybeAppend(timestamp: number, offset: number): void {
    const last = this.last()
    if (last && (timestamp <= last.timestamp || offset < last.offset)) return
    if (timestamp < 0) return
    const entry = this.#index.push()
    entry.writeBigInt64BE(BigInt(timestamp), 0)
    entry.writeInt32BE(offset - this.#baseOffset, 8)
  }

  /** The last entry at or below a time: every earlier batch is older than it, too. */
  floor(timestamp: number): TimeIndexEntry | undefined {
    const position = this.#index.lastWhere((entry) => Number(entry.readBigInt64BE(0)) <= timestamp)
    return this.#decode(this.#index.entry(position))
  }

  truncateTo(offset: number): void {
    const relative = offset - this.#baseOffset
    this.#index.truncate(this.#index.lastWhere((entry) => entry.readInt32BE(8) < relative) + 1)
  }

  clear(): void {
    this.#index.truncate(0)
  }

  isFull(maxBytes: number): boolean {
    return this.#index.bytes + ENTRY_BYTES > maxBytes
  }

  load(): boolean {
    return this.#index.load()
  }

  write(): void {
    this.#index.write()
  }

  flush(): Promise<void> {
    return this.#index.flush()
  }

  release(): void {
    this.#index.release()
  }

  drop(): void {
    this.#index.drop()
  }

  #decode(entry: Buffer | undefined): TimeIndexEntry | undefined {
    if (!entry) return undefined
    return { timestamp: Number(entry.readBigInt64BE(0)), offset: this.#baseOffset + entry.readInt32BE(8) }
  }
}
