import { ProtocolError } from "./protocolError"

const twoTo32 = 0x1_0000_0000
const uuidBytes = 16
const initialBytes = 256
/** Byte fields from this size on are handed over by reference; below it a copy costs less than another chunk. */
const referenceBytes = 1024
const int16Max = 0x7fff

/**
 * Writes Kafka's primitive types. Large byte fields are not copied:
 * `chunks()` lists them by reference between the written parts, ready for one vectored socket write.
 */
export class Writer {
  private buffer: Buffer
  private start = 0
  private offset = 0
  private readonly done: Buffer[] = []
  private doneBytes = 0

  constructor(bytes = initialBytes) {
    this.buffer = Buffer.allocUnsafe(bytes)
  }

  get length(): number {
    return this.doneBytes + this.offset - this.start
  }

  int8(value: number): void {
    this.inRange(value, -0x80, 0x7f)
    const at = this.advance(1)
    this.buffer.writeInt8(value, at)
  }

  uint8(value: number): void {
    this.inRange(value, 0, 0xff)
    const at = this.advance(1)
    this.buffer.writeUInt8(value, at)
  }

  int16(value: number): void {
    this.inRange(value, -0x8000, int16Max)
    const at = this.advance(2)
    this.buffer.writeInt16BE(value, at)
  }

  uint16(value: number): void {
    this.inRange(value, 0, 0xffff)
    const at = this.advance(2)
    this.buffer.writeUInt16BE(value, at)
  }

  int32(value: number): void {
    this.inRange(value, -0x8000_0000, 0x7fff_ffff)
    const at = this.advance(4)
    this.buffer.writeInt32BE(value, at)
  }

  uint32(value: number): void {
    this.inRange(value, 0, 0xffff_ffff)
    const at = this.advance(4)
    this.buffer.writeUInt32BE(value, at)
  }

  int64(value: number): void {
    this.inRange(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    const at = this.advance(8)
    const high = Math.floor(value / twoTo32)
    this.buffer.writeInt32BE(high, at)
    this.buffer.writeUInt32BE(value - high * twoTo32, at + 4)
  }

  float64(value: number): void {
    const at = this.advance(8)
    this.buffer.writeDoubleBE(value, at)
  }

  boolean(value: boolean): void {
    const at = this.advance(1)
    this.buffer.writeInt8(value ? 1 : 0, at)
  }

  uuid(value: string): void {
    const bytes = Buffer.from(value, "base64url")
    if (bytes.length !== uuidBytes) throw new ProtocolError("unencodable", `"${value}" is not a Kafka UUID`)
    const at = this.advance(uuidBytes)
    bytes.copy(this.buffer, at)
  }

  unsignedVarint(value: number): void {
    this.inRange(value, 0, 0xffff_ffff)
    let rest = value
    while (rest > 0x7f) {
      this.uint8((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.uint8(rest)
  }

  varint(value: number): void {
    this.unsignedVarint(((value << 1) ^ (value >> 31)) >>> 0)
  }

  varlong(value: number): void {
    this.inRange(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    // Twice a safe integer may need 54 bits, which a double still holds exactly when it is even.
    let rest = value >= 0 ? BigInt(value) * 2n : BigInt(value) * -2n - 1n
    while (rest > 0x7fn) {
      this.uint8(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.uint8(Number(rest))
  }

  /** Writes a string after its length: int16, or unsigned varint plus one when compact. */
  string(value: string, compact: boolean): void {
    const length = Buffer.byteLength(value)
    if (compact) this.unsignedVarint(length + 1)
    else if (length > int16Max)
      throw new ProtocolError("unencodable", `a string of ${length} bytes needs a compact field`)
    else this.int16(length)
    const at = this.advance(length)
    this.buffer.write(value, at, length, "utf8")
  }

  /** Appends bytes as they are: by reference when large, copied when small. */
  bytes(value: Buffer): void {
    if (value.length < referenceBytes) {
      const at = this.advance(value.length)
      value.copy(this.buffer, at)
      return
    }
    this.flushPart()
    this.done.push(value)
    this.doneBytes += value.length
  }

  /** Overwrites an int32 written earlier at `position`; only within the first part, which frame sizes are. */
  patchInt32(position: number, value: number): void {
    const first = this.done[0] ?? this.buffer
    first.writeInt32BE(value, position)
  }

  /** Everything written, large byte fields by reference. */
  chunks(): Buffer[] {
    this.flushPart()
    return this.done
  }

  /** Everything written as one buffer. */
  finish(): Buffer {
    const chunks = this.chunks()
    const [only] = chunks
    return chunks.length === 1 && only ? only : Buffer.concat(chunks)
  }

  private flushPart(): void {
    if (this.offset === this.start) return
    this.done.push(this.buffer.subarray(this.start, this.offset))
    this.doneBytes += this.offset - this.start
    this.start = this.offset
  }

  /** Makes room and moves on. It may replace the buffer, so call it before naming `this.buffer`. */
  private advance(length: number): number {
    const at = this.offset
    if (at + length > this.buffer.length) return this.grow(length)
    this.offset = at + length
    return at
  }

  /** Moves the unfinished part into a buffer of at least twice the size. */
  private grow(length: number): number {
    const used = this.offset - this.start
    const larger = Buffer.allocUnsafe(Math.max(initialBytes, (used + length) * 2))
    this.buffer.copy(larger, 0, this.start, this.offset)
    this.buffer = larger
    this.start = 0
    this.offset = used + length
    return used
  }

  private inRange(value: number, min: number, max: number): void {
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new ProtocolError("unencodable", `${value} is not an integer from ${min} to ${max}`)
    }
  }
}
