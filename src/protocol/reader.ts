import { ProtocolError } from "./protocolError"

const twoTo32 = 0x1_0000_0000
const uuidBytes = 16
/** A 32-bit varint has at most five groups of seven bits, a 64-bit one ten. */
const varintMaxBytes = 5
const varlongMaxBytes = 10

/**
 * Reads Kafka's primitive types (big-endian, protocol guide "Protocol Primitive Types") from a view.
 * Byte fields come back as views of the same memory. Whatever is malformed throws ProtocolError.
 */
export class Reader {
  constructor(
    readonly buffer: Buffer,
    public offset = 0,
    readonly end = buffer.length,
  ) {}

  get remaining(): number {
    return this.end - this.offset
  }

  int8(): number {
    return this.buffer.readInt8(this.advance(1))
  }

  uint8(): number {
    return this.buffer.readUInt8(this.advance(1))
  }

  int16(): number {
    return this.buffer.readInt16BE(this.advance(2))
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.advance(2))
  }

  int32(): number {
    return this.buffer.readInt32BE(this.advance(4))
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.advance(4))
  }

  int64(): number {
    const at = this.advance(8)
    const value = this.buffer.readInt32BE(at) * twoTo32 + this.buffer.readUInt32BE(at + 4)
    if (!Number.isSafeInteger(value)) throw new ProtocolError("invalid-value", "an int64 beyond 2^53 is not supported")
    return value
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.advance(8))
  }

  boolean(): boolean {
    return this.buffer.readInt8(this.advance(1)) !== 0
  }

  /** Kafka's text form of a UUID: 22 characters of base64url. */
  uuid(): string {
    const at = this.advance(uuidBytes)
    return this.buffer.toString("base64url", at, at + uuidBytes)
  }

  unsignedVarint(): number {
    let value = 0
    for (let index = 0; index < varintMaxBytes; index++) {
      const byte = this.uint8()
      value |= (byte & 0x7f) << (index * 7)
      if (byte < 0x80) return value >>> 0
    }
    throw new ProtocolError("invalid-value", "a varint is longer than five bytes")
  }

  varint(): number {
    const value = this.unsignedVarint()
    return (value >>> 1) ^ -(value & 1)
  }

  varlong(): number {
    let value = 0n
    for (let index = 0; index < varlongMaxBytes; index++) {
      const byte = this.uint8()
      if (index < 4 && byte < 0x80) return zigzag(Number(value) + byte * 2 ** (index * 7))
      value |= BigInt(byte & 0x7f) << BigInt(index * 7)
      if (byte < 0x80) return Number(BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n)))
    }
    throw new ProtocolError("invalid-value", "a varlong is longer than ten bytes")
  }

  text(length: number): string {
    const at = this.advance(length)
    return this.buffer.toString("utf8", at, at + length)
  }

  view(length: number): Buffer {
    const at = this.advance(length)
    return this.buffer.subarray(at, at + length)
  }

  skip(length: number): void {
    this.advance(length)
  }

  /** Moves past the tagged fields that nobody asked for (KIP-482). */
  skipTaggedFields(): void {
    const count = this.unsignedVarint()
    for (let index = 0; index < count; index++) {
      this.unsignedVarint()
      this.skip(this.unsignedVarint())
    }
  }

  private advance(length: number): number {
    const at = this.offset
    if (length > this.end - at) {
      throw new ProtocolError("truncated", `${length} bytes wanted at ${at}, ${this.end - at} left`)
    }
    this.offset = at + length
    return at
  }
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
