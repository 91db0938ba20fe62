/**
 * Snappy, raw and in the framing of xerial's snappy-java, which Kafka's Java client writes.
 * Format: google/snappy format_description.txt; framing: SnappyCodec of snappy-java.
 */
import { ProtocolError } from "../protocolError"

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const xerialVersion = 1
const xerialHeaderBytes = xerialMagic.length + 8
const xerialBlockBytes = 32 * 1024

const hashBits = 14
const minMatchBytes = 4
/** Matches are looked for within this distance, so that every copy fits a two-byte offset. */
const maxMatchOffset = 0xffff
const maxCopyBytes = 64

export function compressXerial(bytes: Buffer): Buffer {
  const header = Buffer.alloc(xerialHeaderBytes)
  xerialMagic.copy(header)
  header.writeInt32BE(xerialVersion, xerialMagic.length)
  header.writeInt32BE(xerialVersion, xerialMagic.length + 4)
  const parts: Buffer[] = [header]
  for (let at = 0; at < bytes.length; at += xerialBlockBytes) {
    const block = compressRaw(bytes.subarray(at, at + xerialBlockBytes))
    const size = Buffer.alloc(4)
    size.writeInt32BE(block.length)
    parts.push(size, block)
  }
  return Buffer.concat(parts)
}

/** One raw block: the uncompressed length as a varint, then literals and copies. */
export function compressRaw(bytes: Buffer): Buffer {
  const out = new BlockWriter(bytes.length)
  const table = new Int32Array(1 << hashBits).fill(-1)
  let literalStart = 0
  let at = 0
  while (at + minMatchBytes <= bytes.length) {
    const word = bytes.readUInt32LE(at)
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - hashBits)
    const candidate = table[slot] as number
    table[slot] = at
    if (candidate < 0 || at - candidate > maxMatchOffset || bytes.readUInt32LE(candidate) !== word) {
      at++
      continue
    }
    let length = minMatchBytes
    while (at + length < bytes.length && bytes[candidate + length] === bytes[at + length]) length++
    out.literal(bytes, literalStart, at)
    out.copy(at - candidate, length)
    at += length
    literalStart = at
  }
  out.literal(bytes, literalStart, bytes.length)
  return out.finish()
}

/** Reads both forms: librdkafka and Go clients write raw blocks, Java's and kafkajs's codecs xerial ones. */
export function decompressSnappy(bytes: Buffer, maxBytes: number): Buffer {
  if (!bytes.subarray(0, xerialMagic.length).equals(xerialMagic)) return decompressRaw(bytes, maxBytes)
  if (bytes.length < xerialHeaderBytes) throw malformed("the xerial header is cut short")
  const parts: Buffer[] = []
  let total = 0
  let at = xerialHeaderBytes
  while (at < bytes.length) {
    // A producer may have joined two streams: snappy-java skips a header between blocks.
    if (bytes.subarray(at, at + xerialMagic.length).equals(xerialMagic)) {
      at += xerialHeaderBytes
      continue
    }
    if (at + 4 > bytes.length) throw malformed("a block size is cut short")
    const size = bytes.readInt32BE(at)
    at += 4
    if (size < 0 || at + size > bytes.length) throw malformed("a block is cut short")
    const part = decompressRaw(bytes.subarray(at, at + size), maxBytes - total)
    total += part.length
    parts.push(part)
    at += size
  }
  return Buffer.concat(parts)
}

export function decompressRaw(bytes: Buffer, maxBytes: number): Buffer {
  const [length, start] = readLength(bytes)
  if (length > maxBytes) throw new ProtocolError("too-large", `snappy: ${length} bytes unpacked`)
  const out = Buffer.allocUnsafe(length)
  let from = start
  let to = 0
  while (from < bytes.length) {
    const tag = bytes[from++] as number
    if ((tag & 3) === 0) {
      const [size, next] = literalLength(bytes, tag, from)
      if (next + size > bytes.length || to + size > length) throw malformed("a literal leaves its block")
      bytes.copy(out, to, next, next + size)
      from = next + size
      to += size
      continue
    }
    const [size, offset, next] = copyOf(bytes, tag, from)
    if (offset === 0 || offset > to || to + size > length) throw malformed("a copy leaves its block")
    // A copy may overlap what it writes, byte by byte: that is how runs are told.
    if (offset >= size) out.copy(out, to, to - offset, to - offset + size)
    else for (let index = 0; index < size; index++) out[to + index] = out[to + index - offset] as number
    from = next
    to += size
  }
  if (to !== length) throw malformed("the block is shorter than it says")
  return out
}

function readLength(bytes: Buffer): [length: number, next: number] {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes[index]
    if (byte === undefined) break
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return [value, index + 1]
  }
  throw malformed("the length is cut short")
}

function literalLength(bytes: Buffer, tag: number, at: number): [size: number, next: number] {
  const short = tag >>> 2
  if (short < 60) return [short + 1, at]
  const width = short - 59
  if (at + width > bytes.length) throw malformed("a literal's length is cut short")
  return [bytes.readUIntLE(at, width) + 1, at + width]
}

function copyOf(bytes: Buffer, tag: number, at: number): [size: number, offset: number, next: number] {
  const width = (tag & 3) === 3 ? 4 : tag & 3
  if (at + width > bytes.length) throw malformed("a copy is cut short")
  if (width === 1) return [((tag >>> 2) & 7) + 4, ((tag >>> 5) << 8) | bytes.readUInt8(at), at + 1]
  return [(tag >>> 2) + 1, bytes.readUIntLE(at, width), at + width]
}

function malformed(message: string): ProtocolError {
  return new ProtocolError("invalid-value", `snappy: ${message}`)
}

class BlockWriter {
  private readonly out: Buffer
  private at = 0

  constructor(length: number) {
    // The worst case of Snappy::MaxCompressedLength.
    this.out = Buffer.allocUnsafe(32 + length + Math.ceil(length / 6))
    let rest = length
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.out[this.at++] = (rest & 0x7f) | 0x80
    this.out[this.at++] = rest
  }

  literal(from: Buffer, start: number, end: number): void {
    const size = end - start
    if (size === 0) return
    if (size <= 60) this.out[this.at++] = (size - 1) << 2
    else {
      const width = size <= 0x100 ? 1 : size <= 0x1_0000 ? 2 : 4
      this.out[this.at++] = (59 + width) << 2
      this.at = this.out.writeUIntLE(size - 1, this.at, width)
    }
    this.at += from.copy(this.out, this.at, start, end)
  }

  copy(offset: number, length: number): void {
    for (let rest = length; rest > 0; ) {
      const size = Math.min(rest, maxCopyBytes)
      this.out[this.at++] = ((size - 1) << 2) | 2
      this.at = this.out.writeUInt16LE(offset, this.at)
      rest -= size
    }
  }

  finish(): Buffer {
    return this.out.subarray(0, this.at)
  }
}
