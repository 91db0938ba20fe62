/** Smaller reads are served as well by fresh memory. */
const SMALLEST_BYTES = 64 * 1024
/** What a consumer asks for at most by default is 1 MiB a partition; a lone batch may be a little larger. */
const LARGEST_BYTES = 2 * 1024 * 1024

/** What one broker keeps for the next reads. */
export const MAX_KEPT_BYTES = 4 * 1024 * 1024

/**
 * Memory that records are read into on their way from a file to a socket. Fresh memory for each read would cost more
 * than the read: the system maps and clears every page, and V8 collects the whole heap for every 64 MiB of it.
 */
export class SendBuffers {
  readonly #kept = new Map<number, ArrayBuffer[]>()
  readonly #lent = new WeakSet<ArrayBufferLike>()
  #keptBytes = 0

  /** Whoever takes a buffer owns it; one that is never given back is collected like any other. */
  readonly take = (bytes: number): Buffer => {
    if (bytes < SMALLEST_BYTES || bytes > LARGEST_BYTES) return Buffer.allocUnsafeSlow(bytes)
    const size = nextPowerOfTwo(bytes)
    const kept = this.#kept.get(size)?.pop()
    if (kept) this.#keptBytes -= size
    const memory = kept ?? new ArrayBuffer(size)
    this.#lent.add(memory)
    return Buffer.from(memory, 0, bytes)
  }

  /** Nobody may look at the bytes any more: they are sent. What was not taken here is left alone. */
  giveBack({ buffer }: Buffer): void {
    if (!(buffer instanceof ArrayBuffer) || !this.#lent.delete(buffer)) return
    const size = buffer.byteLength
    if (this.#keptBytes + size > MAX_KEPT_BYTES) return
    const kept = this.#kept.get(size)
    if (kept) kept.push(buffer)
    else this.#kept.set(size, [buffer])
    this.#keptBytes += size
  }

  /** True for bytes that want to be given back. */
  isLent({ buffer }: Buffer): boolean {
    return this.#lent.has(buffer)
  }
}

function nextPowerOfTwo(bytes: number): number {
  return 2 ** (32 - Math.clz32(bytes - 1))
}
