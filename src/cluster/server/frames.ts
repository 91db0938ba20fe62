/** What a frame reader makes of the bytes: nothing wrong, or why the connection must end. */
export type FrameFault = { readonly reason: string } | undefined

/** Bytes of the length that stands before every request and response. */
const LENGTH_BYTES = 4

/**
 * Cuts a byte stream into Kafka's frames: a signed 32-bit length, then that many bytes.
 * A frame that lies within one chunk is a view of it; one that spans chunks is joined once, when it is whole.
 */
export class FrameReader {
  readonly #minBytes: number
  readonly #maxBytes: () => number
  #chunks: Buffer[] = []
  #buffered = 0
  /** Bytes that must be there before another look at the data makes sense. */
  #needed = LENGTH_BYTES

  /** `maxBytes` is asked for every frame: before authentication less is taken than after it. */
  constructor(minBytes: number, maxBytes: () => number) {
    this.#minBytes = minBytes
    this.#maxBytes = maxBytes
  }

  /** Bytes held for a frame that has not ended yet. */
  get bufferedBytes(): number {
    return this.#buffered
  }

  /** Takes the next chunk and hands on every frame that is whole now, in order. After a fault nothing may follow. */
  push(chunk: Buffer, onFrame: (frame: Buffer) => void): FrameFault {
    if (this.#buffered + chunk.length < this.#needed) {
      this.#chunks.push(chunk)
      this.#buffered += chunk.length
      return undefined
    }
    const data = this.#buffered === 0 ? chunk : Buffer.concat([...this.#chunks, chunk])
    let position = 0
    this.#needed = LENGTH_BYTES
    while (data.length - position >= LENGTH_BYTES) {
      const length = data.readInt32BE(position)
      if (length < this.#minBytes) return { reason: `a frame of ${length} bytes is too short to be a request` }
      const maxBytes = this.#maxBytes()
      if (length > maxBytes) return { reason: `a frame of ${length} bytes is over the limit of ${maxBytes}` }
      if (data.length - position < LENGTH_BYTES + length) {
        this.#needed = LENGTH_BYTES + length
        break
      }
      position += LENGTH_BYTES + length
      onFrame(data.subarray(position - length, position))
    }
    const rest = data.subarray(position)
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#buffered = rest.length
    return undefined
  }
}
