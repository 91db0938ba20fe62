import * as batch from "../../protocol/recordBatch"

/** What all logs of a broker together keep of their newest batches; consumers and followers at the end read no file. */
export const TAIL_CACHE_BYTES = 8 << 20

/** What one log keeps at most. */
const TAIL_CACHE_BYTES_PER_LOG = 2 << 20
const TAIL_CACHE_CHUNKS_PER_LOG = 1024

/** A slice that is a smaller part of its memory than this is copied, so that it does not keep the rest alive. */
const SMALLEST_SHARE = 0.5

interface Chunk {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly bytes: Buffer
}

/** For fewer bytes a checksum costs less than remembering that it was right. */
const REMEMBERED_FROM_BYTES = 4096

/** Batches whose CRC was checked in this process: a follower that gets the same buffer by reference need not check again. */
const checked = new WeakSet<Buffer>()

export function markChecked(bytes: Buffer): void {
  if (bytes.length >= REMEMBERED_FROM_BYTES) checked.add(bytes)
}

export function isChecked(bytes: Buffer): boolean {
  return checked.has(bytes)
}

/** The bytes that a broker's tail caches may hold; the oldest chunk of any log goes first. */
export class TailBudget {
  readonly #limit: number
  #queue: TailCache[] = []
  #head = 0
  #bytes = 0

  constructor(limit = TAIL_CACHE_BYTES) {
    this.#limit = limit
  }

  take(cache: TailCache, bytes: number): void {
    this.#queue.push(cache)
    this.#bytes += bytes
    while (this.#bytes > this.#limit && this.#head < this.#queue.length) this.#queue[this.#head++]?.dropFirst()
    if (this.#head > this.#queue.length / 2) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes
  }
}

/** The newest batches of one log, as they were appended. */
export class TailCache {
  readonly #budget: TailBudget
  #chunks: Chunk[] = []
  #bytes = 0

  constructor(budget: TailBudget) {
    this.#budget = budget
  }

  add(bytes: Buffer, baseOffset: number, lastOffset: number): void {
    const kept = bytes.length < bytes.buffer.byteLength * SMALLEST_SHARE ? Buffer.from(bytes) : bytes
    markChecked(kept)
    this.#chunks.push({ baseOffset, lastOffset, bytes: kept })
    this.#bytes += kept.length
    this.#budget.take(this, kept.length)
    while (this.#bytes > TAIL_CACHE_BYTES_PER_LOG || this.#chunks.length > TAIL_CACHE_CHUNKS_PER_LOG) this.dropFirst()
  }

  dropFirst(): void {
    const chunk = this.#chunks.shift()
    if (!chunk) return
    this.#bytes -= chunk.bytes.length
    this.#budget.giveBack(chunk.bytes.length)
  }

  clear(): void {
    this.#budget.giveBack(this.#bytes)
    this.#chunks = []
    this.#bytes = 0
  }

  /** Whole batches from the one that holds `offset`, below `endOffset`; undefined: ask the file. */
  read(offset: number, maxBytes: number, endOffset: number): Buffer | undefined {
    const first = this.#chunks[0]
    if (!first || offset < first.baseOffset) return undefined
    const start = this.#chunkWith(offset)
    const chunk = this.#chunks[start]
    if (!chunk) return undefined
    const head = wholeBatches(chunk.bytes, offset, maxBytes, endOffset)
    const reachesChunkEnd = head.length > 0 && endOf(head) === endOf(chunk.bytes)
    if (!reachesChunkEnd) return head
    const parts = [head]
    let bytes = head.length
    for (let index = start + 1; index < this.#chunks.length; index++) {
      const next = this.#chunks[index]
      if (!next || next.lastOffset >= endOffset || bytes + next.bytes.length > maxBytes) break
      parts.push(next.bytes)
      bytes += next.bytes.length
    }
    if (parts.length === 1) return head
    const joined = Buffer.concat(parts, bytes)
    markChecked(joined)
    return joined
  }

  #chunkWith(offset: number): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#chunks[middle]?.lastOffset ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

function endOf(bytes: Buffer): number {
  return bytes.byteOffset + bytes.length
}

/** The chunk itself where all of it is wanted, else the part of it; at least one batch below `endOffset`. */
function wholeBatches(bytes: Buffer, offset: number, maxBytes: number, endOffset: number): Buffer {
  let start = 0
  while (start < bytes.length && batch.lastOffset(bytes, start) < offset) start += batch.batchSize(bytes, start)
  let end = start
  while (end < bytes.length && batch.lastOffset(bytes, end) < endOffset) {
    const next = end + batch.batchSize(bytes, end)
    if (end > start && next - start > maxBytes) break
    end = next
  }
  if (start === 0 && end === bytes.length) return bytes
  const part = bytes.subarray(start, end)
  markChecked(part)
  return part
}
