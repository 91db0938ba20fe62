import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"
import { SparseIndex } from "./sparseIndex"

/** Relative offset i32, position i32 (Kafka: `OffsetIndex`). */
const ENTRY_BYTES = 8

/** `.index`: last offset of a batch → where that batch starts in the segment; one entry per index.interval.bytes. */
export class OffsetIndex {
  readonly #baseOffset: number
  readonly #index: SparseIndex

  constructor(disk: Disk, path: string, baseOffset: number, latch: FailureLatch) {
    this.#baseOffset = baseOffset
    this.#index = new SparseIndex(disk, path, ENTRY_BYTES, latch)
  }

  get count(): number {
    return this.#index.count
  }

  append(offset: number, position: number): void {
    const entry = this.#index.push()
    entry.writeInt32BE(offset - this.#baseOffset, 0)
    entry.writeInt32BE(position, 4)
  }

  /** Where to start scanning for `offset`: never behind it. */
  positionBefore(offset: number): number {
    const relative = offset - this.#baseOffset
    const found = this.#index.entry(this.#index.lastWhere((entry) => entry.readInt32BE(0) <= relative))
    return found ? found.readInt32BE(4) : 0
  }

  lastPosition(): number {
    return this.#index.entry(this.#index.count - 1)?.readInt32BE(4) ?? 0
  }

  truncateTo(offset: number): void {
    const relative = offset - this.#baseOffset
    this.#index.truncate(this.#index.lastWhere((entry) => entry.readInt32BE(0) < relative) + 1)
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
}
