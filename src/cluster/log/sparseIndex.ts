import type { Disk, DiskFile } from "../disk"
import type { FailureLatch } from "./failureLatch"

/** Room for so many entries is made when the first one comes; it doubles after. */
const FIRST_ENTRIES = 16

/** How the entries of one kind of index look: their width, and where in each the relative offset (i32) stands. */
export interface EntryLayout {
  readonly bytes: number
  readonly offsetAt: number
}

/**
 * Entries of fixed width in ascending order, as `.index` and `.timeindex` hold them (Kafka: `AbstractIndex`). While its
 * segment grows the entries stay in memory and are written when the segment closes or is flushed: an unclean stop
 * rebuilds them anyway from the log. A closed segment's entries are read from the file, where a lookup finds them.
 */
export class SparseIndex {
  readonly path: string
  readonly #disk: Disk
  readonly #latch: FailureLatch
  protected readonly baseOffset: number
  readonly #entryBytes: number
  readonly #offsetAt: number
  #file: DiskFile | undefined
  /** Entries 0 … `#count` when in memory. */
  #entries: Buffer | undefined
  #count = 0
  /** So many entries are in the file. */
  #written = 0

  constructor(disk: Disk, path: string, baseOffset: number, layout: EntryLayout, latch: FailureLatch) {
    this.#disk = disk
    this.path = path
    this.baseOffset = baseOffset
    this.#entryBytes = layout.bytes
    this.#offsetAt = layout.offsetAt
    this.#latch = latch
  }

  get count(): number {
    return this.#count
  }

  isFull(maxBytes: number): boolean {
    return this.#bytes + this.#entryBytes > maxBytes
  }

  /** Takes over what the file holds; false when its length is not one that an index can have. */
  load(): boolean {
    const file = this.#opened()
    if (!file) return false
    this.#entries = undefined
    this.#count = Math.floor(file.size / this.#entryBytes)
    this.#written = this.#count
    return file.size % this.#entryBytes === 0
  }

  /** Keeps the entries below `offset`. */
  truncateTo(offset: number): void {
    const relative = offset - this.baseOffset
    this.#truncate(this.lastWhere((entry) => entry.readInt32BE(this.#offsetAt) < relative) + 1)
  }

  clear(): void {
    this.#count = 0
    this.#written = 0
    const file = this.#opened()
    // A torn entry counts for none, and would still stand in the way of the next.
    if (file && file.size > 0) this.#latch.check(file.truncate(0))
  }

  /** Writes what is only in memory. */
  write(): void {
    if (this.#written === this.#count || !this.#entries) return
    const file = this.#opened()
    if (!file) return
    const bytes = this.#entries.subarray(this.#written * this.#entryBytes, this.#bytes)
    if (this.#latch.check(file.append(bytes))) this.#written = this.#count
  }

  /** Makes sure that the file is there, even without an entry: Kafka takes a missing index for damage. */
  writeAll(): void {
    this.write()
    if (this.#count === 0 && !this.#disk.exists(this.path)) {
      this.#latch.check(this.#disk.writeFile(this.path, Buffer.alloc(0)))
    }
  }

  async flush(): Promise<void> {
    this.write()
    if (this.#written > 0 && this.#file) this.#latch.check(await this.#file.flush())
  }

  /** Gives memory and descriptor back; entries are read from the file from now on. */
  release(): void {
    this.writeAll()
    if (this.#written === this.#count) this.#entries = undefined
    this.#file?.close()
  }

  /** Forgets everything without writing; the caller removes the file. */
  drop(): void {
    this.#entries = undefined
    this.#count = 0
    this.#written = 0
    this.#file?.close()
    this.#file = undefined
  }

  /** The bytes of entry `position`; undefined when there is none or the disk failed. */
  protected entry(position: number): Buffer | undefined {
    if (position < 0 || position >= this.#count) return undefined
    const start = position * this.#entryBytes
    if (this.#entries) return this.#entries.subarray(start, start + this.#entryBytes)
    const file = this.#opened()
    if (!file) return undefined
    const bytes = this.#latch.take(file.read(start, this.#entryBytes))
    return bytes?.length === this.#entryBytes ? bytes : undefined
  }

  /** Position of the last entry that `isAtOrBelow` holds for; -1 when for none. */
  protected lastWhere(isAtOrBelow: (entry: Buffer) => boolean): number {
    let low = 0
    let high = this.#count - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const bytes = this.entry(middle)
      if (bytes && isAtOrBelow(bytes)) low = middle + 1
      else high = middle - 1
    }
    return high
  }

  /** A place for the next entry, to be filled by the caller. */
  protected push(): Buffer {
    const entries = this.#inMemory()
    const start = this.#count * this.#entryBytes
    this.#count++
    return entries.subarray(start, start + this.#entryBytes)
  }

  #truncate(count: number): void {
    if (count >= this.#count) return
    this.#count = count
    if (this.#written <= count) return
    this.#written = count
    const file = this.#opened()
    if (file) this.#latch.check(file.truncate(count * this.#entryBytes))
  }

  get #bytes(): number {
    return this.#count * this.#entryBytes
  }

  #inMemory(): Buffer {
    const needed = (this.#count + 1) * this.#entryBytes
    if (this.#entries && this.#entries.length >= needed) return this.#entries
    const grown = Buffer.alloc(Math.max(FIRST_ENTRIES * this.#entryBytes, this.#bytes * 2))
    if (this.#entries) this.#entries.copy(grown, 0, 0, this.#bytes)
    else if (this.#count > 0) this.#readAll()?.copy(grown)
    this.#entries = grown
    return grown
  }

  #readAll(): Buffer | undefined {
    const file = this.#opened()
    return file && this.#latch.take(file.read(0, this.#bytes))
  }

  #opened(): DiskFile | undefined {
    this.#file ??= this.#latch.take(this.#disk.openFile(this.path))
    return this.#file
  }
}
