import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"
import { SparseIndex } from "./sparseIndex"

/** Relative offset i32, position i32 (Kafka: `OffsetIndex`). */
const LAYOUT = { bytes: 8, offsetAt: 0 }

/** `.index`: last offset of a batch → where that batch starts in the segment; one entry per index.interval.bytes. */
export class OffsetIndex extends SparseIndex {
  constructor(disk: Disk, path: string, baseOffset: number, latch: FailureLatch) {
    super(disk, path, baseOffset, LAYOUT, latch)
  }

  append(offset: number, position: number): void {
    const entry = this.push()
    entry.writeInt32BE(offset - this.baseOffset, 0)
    entry.writeInt32BE(position, 4)
  }

  /** Where to start scanning for `offset`: never behind it. */
  positionBefore(offset: number): number {
    const relative = offset - this.baseOffset
    const found = this.entry(this.lastWhere((entry) => entry.readInt32BE(0) <= relative))
    return found ? found.readInt32BE(4) : 0
  }

  /** The last batch known to start at or before that byte of the segment; its beginning when none is known. */
  positionAtOrBelow(position: number): number {
    return this.entry(this.lastWhere((entry) => entry.readInt32BE(4) <= position))?.readInt32BE(4) ?? 0
  }

  lastPosition(): number {
    return this.entry(this.count - 1)?.readInt32BE(4) ?? 0
  }
}
