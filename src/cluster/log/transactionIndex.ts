import type { Disk, DiskFile } from "../disk"
import type { FailureLatch } from "./failureLatch"

/** Version i16, then producerId, firstOffset, lastOffset, lastStableOffset i64 (Kafka: `AbortedTxn`). */
const ENTRY_BYTES = 34
const VERSION = 0

export interface IndexedAbort {
  readonly producerId: number
  readonly firstOffset: number
  /** Of the abort marker. */
  readonly lastOffset: number
  readonly lastStableOffset: number
}

/** `.txnindex`: the transactions whose abort marker is in this segment. Few: all of them are kept in memory. */
export class TransactionIndex {
  readonly #disk: Disk
  readonly #path: string
  readonly #latch: FailureLatch
  #file: DiskFile | undefined
  #aborts: IndexedAbort[] | undefined

  constructor(disk: Disk, path: string, latch: FailureLatch) {
    this.#disk = disk
    this.#path = path
    this.#latch = latch
  }

  aborts(): readonly IndexedAbort[] {
    return this.#loaded()
  }

  /** Kafka: TransactionIndex.sanityCheck. A torn end holds zeros, or half an entry. */
  get isPlausible(): boolean {
    const bytes = this.#latch.take(this.#disk.readFile(this.#path))?.length ?? 0
    let before = -1
    const isAscending = this.#loaded().every(({ firstOffset, lastOffset }) => {
      const isBehind = firstOffset < lastOffset && lastOffset > before
      before = lastOffset
      return isBehind
    })
    return isAscending && bytes % ENTRY_BYTES === 0
  }

  append(abort: IndexedAbort): void {
    const aborts = this.#loaded()
    if (this.#latch.check(this.#opened()?.append(encode(abort)) ?? { ok: true, value: 0 })) aborts.push(abort)
  }

  truncateTo(offset: number): void {
    const kept = this.#loaded().filter((abort) => abort.lastOffset < offset)
    if (kept.length === this.#aborts?.length) return
    this.#aborts = kept
    const file = this.#opened()
    if (file) this.#latch.check(file.truncate(kept.length * ENTRY_BYTES))
  }

  clear(): void {
    if (!this.#disk.exists(this.#path)) {
      this.#aborts = []
      return
    }
    const file = this.#opened()
    if (file) this.#latch.check(file.truncate(0))
    this.#aborts = []
  }

  async flush(): Promise<void> {
    if (this.#file) this.#latch.check(await this.#file.flush())
  }

  release(): void {
    this.#file?.close()
  }

  /** Forgets its file; the aborts stay known. */
  drop(): void {
    this.#loaded()
    this.#file?.close()
    this.#file = undefined
  }

  #loaded(): IndexedAbort[] {
    this.#aborts ??= decodeAll(this.#latch.take(this.#disk.readFile(this.#path)))
    return this.#aborts
  }

  #opened(): DiskFile | undefined {
    this.#file ??= this.#latch.take(this.#disk.openFile(this.#path))
    return this.#file
  }
}

function encode(abort: IndexedAbort): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES)
  entry.writeInt16BE(VERSION, 0)
  entry.writeBigInt64BE(BigInt(abort.producerId), 2)
  entry.writeBigInt64BE(BigInt(abort.firstOffset), 10)
  entry.writeBigInt64BE(BigInt(abort.lastOffset), 18)
  entry.writeBigInt64BE(BigInt(abort.lastStableOffset), 26)
  return entry
}

function decodeAll(bytes: Buffer | undefined): IndexedAbort[] {
  const aborts: IndexedAbort[] = []
  if (!bytes) return aborts
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    aborts.push({
      producerId: Number(bytes.readBigInt64BE(at + 2)),
      firstOffset: Number(bytes.readBigInt64BE(at + 10)),
      lastOffset: Number(bytes.readBigInt64BE(at + 18)),
      lastStableOffset: Number(bytes.readBigInt64BE(at + 26)),
    })
  }
  return aborts
}
