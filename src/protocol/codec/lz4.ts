/**
 * The LZ4 frame format (lz4_Frame_format.md), as Kafka writes and reads it:
 * independent blocks of 64 KiB, no checksum of the content (Kafka: Lz4BlockOutputStream, Lz4BlockInputStream).
 */
import { ProtocolError } from "../protocolError"
import { xxHash32 } from "./xxHash32"

const frameMagic = 0x184d2204
const versionBits = 0b0100_0000
const independentBit = 0b10_0000
const blockChecksumBit = 0b1_0000
const contentSizeBit = 0b1000
const dictionaryBit = 0b1
const blockSizeCode = 4
const blockBytes = 64 * 1024
const maxBlockBytes = [0, 0, 0, 0, 64 << 10, 256 << 10, 1 << 20, 4 << 20]
const uncompressedBit = 0x8000_0000

const minMatchBytes = 4
/** The last five bytes are always literals, and the last match starts twelve bytes before the end at least. */
const lastLiteralBytes = 5
const matchLimitBytes = 12
const hashBits = 13
const maxOffset = 0xffff

export function compressLz4Frame(bytes: Buffer): Buffer {
  const header = Buffer.alloc(7)
  header.writeUInt32LE(frameMagic)
  header[4] = versionBits | independentBit
  header[5] = blockSizeCode << 4
  header[6] = (xxHash32(header.subarray(4, 6)) >>> 8) & 0xff
  const parts: Buffer[] = [header]
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const plain = bytes.subarray(at, at + blockBytes)
    const packed = compressBlock(plain)
    const block = packed.length < plain.length ? packed : plain
    const size = Buffer.alloc(4)
    size.writeUInt32LE((block === plain ? uncompressedBit : 0) + block.length)
    parts.push(size, block)
  }
  parts.push(Buffer.alloc(4))
  return Buffer.concat(parts)
}

export function decompressLz4Frame(bytes: Buffer, maxBytes: number): Buffer {
  const frame = readFrameHeader(bytes)
  const parts: Buffer[] = []
  let total = 0
  let at = frame.length
  for (;;) {
    if (at + 4 > bytes.length) throw malformed("the end mark is missing")
    const word = bytes.readUInt32LE(at)
    at += 4
    if (word === 0) break
    const size = word & 0x7fff_ffff
    if (size > frame.blockBytes || at + size > bytes.length) throw malformed("a block is cut short or too large")
    const block = bytes.subarray(at, at + size)
    const limit = Math.min(frame.blockBytes, maxBytes - total)
    const part = word >= uncompressedBit ? block : decompressBlock(block, limit)
    if (part.length > limit) throw new ProtocolError("too-large", "lz4: too much to unpack")
    total += part.length
    parts.push(part)
    at += size + (frame.hasBlockChecksum ? 4 : 0)
  }
  const [only] = parts
  return parts.length === 1 && only ? only : Buffer.concat(parts)
}

interface Frame {
  readonly length: number
  readonly blockBytes: number
  readonly hasBlockChecksum: boolean
}

function readFrameHeader(bytes: Buffer): Frame {
  if (bytes.length < 7) throw malformed("the frame header is cut short")
  if (bytes.readUInt32LE(0) !== frameMagic) throw malformed("the magic number is wrong")
  const flags = bytes.readUInt8(4)
  if (flags >>> 6 !== 1 || (flags & dictionaryBit) !== 0) throw malformed("the frame's version is unknown")
  if ((flags & independentBit) === 0) throw malformed("blocks that depend on each other are not supported")
  const length = 7 + ((flags & contentSizeBit) !== 0 ? 8 : 0)
  if (bytes.length < length) throw malformed("the frame header is cut short")
  const size = maxBlockBytes[(bytes.readUInt8(5) >>> 4) & 7]
  if (!size) throw malformed("the block size is unknown")
  const checksum = (xxHash32(bytes.subarray(4, length - 1)) >>> 8) & 0xff
  if (checksum !== bytes[length - 1]) throw malformed("the frame header's checksum is wrong")
  return { length, blockBytes: size, hasBlockChecksum: (flags & blockChecksumBit) !== 0 }
}

function compressBlock(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(16 + bytes.length + Math.ceil(bytes.length / 255))
  const table = new Int32Array(1 << hashBits).fill(-1)
  const matchEnd = bytes.length - lastLiteralBytes
  const searchEnd = bytes.length - matchLimitBytes
  let to = 0
  let literalStart = 0
  let at = 0
  while (at < searchEnd) {
    const word = bytes.readUInt32LE(at)
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - hashBits)
    const candidate = table[slot] as number
    table[slot] = at
    if (candidate < 0 || at - candidate > maxOffset || bytes.readUInt32LE(candidate) !== word) {
      at++
      continue
    }
    let length = minMatchBytes
    while (at + length < matchEnd && bytes[candidate + length] === bytes[at + length]) length++
    to = writeSequence(out, to, bytes, literalStart, at, length)
    to = out.writeUInt16LE(at - candidate, to)
    to = writeLengthRest(out, to, length - minMatchBytes)
    at += length
    literalStart = at
  }
  to = writeSequence(out, to, bytes, literalStart, bytes.length, 0)
  return out.subarray(0, to)
}

/** The token and the literals; a match length of 0 stands for the last sequence, which has none. */
function writeSequence(out: Buffer, at: number, from: Buffer, start: number, end: number, match: number): number {
  const literals = end - start
  const matchCode = match === 0 ? 0 : Math.min(match - minMatchBytes, 15)
  out[at] = (Math.min(literals, 15) << 4) | matchCode
  const to = writeLengthRest(out, at + 1, literals)
  return to + from.copy(out, to, start, end)
}

/** What exceeds the token's four bits, in bytes of up to 255. */
function writeLengthRest(out: Buffer, at: number, length: number): number {
  if (length < 15) return at
  let to = at
  let rest = length - 15
  for (; rest >= 255; rest -= 255) out[to++] = 255
  out[to++] = rest
  return to
}

function decompressBlock(bytes: Buffer, maxBytes: number): Buffer {
  let out = Buffer.allocUnsafe(Math.min(maxBytes, bytes.length * 4 + 64))
  let from = 0
  let to = 0
  const reserve = (count: number): void => {
    if (to + count > maxBytes) throw new ProtocolError("too-large", "lz4: a block unpacks to more than its limit")
    if (to + count <= out.length) return
    const larger = Buffer.allocUnsafe(Math.min(maxBytes, (to + count) * 2))
    out.copy(larger, 0, 0, to)
    out = larger
  }
  const lengthRest = (code: number): number => {
    let length = code
    if (code < 15) return length
    for (;;) {
      const byte = bytes[from++]
      if (byte === undefined) throw malformed("a length is cut short")
      length += byte
      if (byte !== 255) return length
    }
  }
  while (from < bytes.length) {
    const token = bytes[from++] as number
    const literals = lengthRest(token >>> 4)
    if (from + literals > bytes.length) throw malformed("literals are cut short")
    reserve(literals)
    bytes.copy(out, to, from, from + literals)
    from += literals
    to += literals
    if (from === bytes.length) break
    if (from + 2 > bytes.length) throw malformed("a match is cut short")
    const offset = bytes.readUInt16LE(from)
    from += 2
    const length = lengthRest(token & 15) + minMatchBytes
    if (offset === 0 || offset > to) throw malformed("a match points before the block")
    reserve(length)
    if (offset >= length) out.copy(out, to, to - offset, to - offset + length)
    else for (let index = 0; index < length; index++) out[to + index] = out[to + index - offset] as number
    to += length
  }
  return out.subarray(0, to)
}

function malformed(message: string): ProtocolError {
  return new ProtocolError("invalid-value", `lz4: ${message}`)
}
