import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"
import { SparseIndex } from "./sparseIndex"

/** Timestamp i64, relative offset i32 (Kafka: `TimeIndex`). */
const LAYOUT = { bytes: 12, offsetAt: 8 }

export interface TimeIndexEntry {
  readonly timestamp: number
  readonly offset: number
}

/** `.timeindex`: the largest timestamp so far → the last offset of the batch that holds it. Both ascend. */
export class TimeIndex extends SparseIndex {
  constructor(disk: Disk, path: string, baseOffset: number, latch: FailureLatch) {
    super(disk, path, baseOffset, LAYOUT, latch)
  }

  last(): TimeIndexEntry | undefined {
    return this.#decode(this.entry(this.count - 1))
  }

  /** Adds an entry unless it would say nothing new: timestamps in the index only rise. */
  maybeAppend(timestamp: number, offset: number): void {
    const last = this.last()
    if (last && (timestamp <= last.timestamp || offset < last.offset)) return
    if (timestamp < 0) return
    const entry = this.push()
    entry.writeBigInt64BE(BigInt(timestamp), 0)
    entry.writeInt32BE(offset - this.baseOffset, 8)
  }

  /** The last entry at or below a time: every earlier batch is older than it, too. */
  floor(timestamp: number): TimeIndexEntry | undefined {
    const position = this.lastWhere((entry) => Number(entry.readBigInt64BE(0)) <= timestamp)
    return this.#decode(this.entry(position))
  }

  #decode(entry: Buffer | undefined): TimeIndexEntry | undefined {
    if (!entry) return undefined
    return { timestamp: Number(entry.readBigInt64BE(0)), offset: this.baseOffset + entry.readInt32BE(8) }
  }
}
