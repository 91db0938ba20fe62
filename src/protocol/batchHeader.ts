/**
 * Record batch v2, the unit in which records travel and lie on disk (KIP-98; Kafka: DefaultRecordBatch).
 * A batch stays bytes: these functions read and set header fields in place, at a batch's position in a buffer.
 */
import { crc32c } from "./crc32c"
import { ErrorCode } from "./errorCodes"
import { ProtocolError } from "./protocolError"
import { Reader } from "./reader"

/** Bytes before the first record. */
export const batchHeaderBytes = 61
/** baseOffset and batchLength: what batchLength does not count. */
export const batchPrefixBytes = 12
export const currentMagic = 2
/** The value of producerId, producerEpoch and baseSequence in a batch without idempotence. */
export const noProducer = -1

const at = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const

const codecMask = 0b111
const timestampTypeBit = 0b1000
const transactionalBit = 0b1_0000
const controlBit = 0b10_0000
const deleteHorizonBit = 0b100_0000
const twoTo32 = 0x1_0000_0000

/** The kinds of control record (Kafka: ControlRecordType). */
export const controlType = {
  abort: 0,
  commit: 1,
  leaderChange: 2,
  snapshotHeader: 3,
  snapshotFooter: 4,
  kraftVersion: 5,
  kraftVoters: 6,
} as const

export const codecNames = ["none", "gzip", "snappy", "lz4", "zstd"] as const
export type CodecName = (typeof codecNames)[number]

export function baseOffset(buffer: Buffer, position = 0): number {
  return int64(buffer, position + at.baseOffset)
}

/** The batch's bytes after this field; see `batchSize` for the whole. */
export function batchLength(buffer: Buffer, position = 0): number {
  return buffer.readInt32BE(position + at.batchLength)
}

/** The batch's bytes, header and all. */
export function batchSize(buffer: Buffer, position = 0): number {
  return batchLength(buffer, position) + batchPrefixBytes
}

export function partitionLeaderEpoch(buffer: Buffer, position = 0): number {
  return buffer.readInt32BE(position + at.partitionLeaderEpoch)
}

export function magic(buffer: Buffer, position = 0): number {
  return buffer.readInt8(position + at.magic)
}

export function crc(buffer: Buffer, position = 0): number {
  return buffer.readUInt32BE(position + at.crc)
}

export function attributes(buffer: Buffer, position = 0): number {
  return buffer.readInt16BE(position + at.attributes)
}

export function lastOffsetDelta(buffer: Buffer, position = 0): number {
  return buffer.readInt32BE(position + at.lastOffsetDelta)
}

export function lastOffset(buffer: Buffer, position = 0): number {
  return baseOffset(buffer, position) + lastOffsetDelta(buffer, position)
}

/** Epoch milliseconds; the delete horizon instead when `hasDeleteHorizon`. */
export function baseTimestamp(buffer: Buffer, position = 0): number {
  return int64(buffer, position + at.baseTimestamp)
}

export function maxTimestamp(buffer: Buffer, position = 0): number {
  return int64(buffer, position + at.maxTimestamp)
}

export function producerId(buffer: Buffer, position = 0): number {
  return int64(buffer, position + at.producerId)
}

export function producerEpoch(buffer: Buffer, position = 0): number {
  return buffer.readInt16BE(position + at.producerEpoch)
}

export function baseSequence(buffer: Buffer, position = 0): number {
  return buffer.readInt32BE(position + at.baseSequence)
}

export function recordCount(buffer: Buffer, position = 0): number {
  return buffer.readInt32BE(position + at.recordCount)
}

/** undefined for a codec number that Kafka does not have. */
export function codecOf(buffer: Buffer, position = 0): CodecName | undefined {
  return codecNames[attributes(buffer, position) & codecMask]
}

export function isLogAppendTime(buffer: Buffer, position = 0): boolean {
  return (attributes(buffer, position) & timestampTypeBit) !== 0
}

export function isTransactional(buffer: Buffer, position = 0): boolean {
  return (attributes(buffer, position) & transactionalBit) !== 0
}

/** A control batch holds a transaction marker or a quorum's message, never a client's record. */
export function isControl(buffer: Buffer, position = 0): boolean {
  return (attributes(buffer, position) & controlBit) !== 0
}

export interface EndTransactionMarker {
  readonly type: "abort" | "commit"
  readonly coordinatorEpoch: number
}

/**
 * What a transaction marker says (Kafka: EndTransactionMarker): key = version int16, type int16;
 * value = version int16, coordinatorEpoch int32. undefined when the batch holds another control record, or none.
 */
export function endTransactionMarker(buffer: Buffer, position = 0): EndTransactionMarker | undefined {
  if (!isControl(buffer, position) || recordCount(buffer, position) === 0) return undefined
  const reader = new Reader(buffer, position + batchHeaderBytes, position + batchSize(buffer, position))
  reader.varint()
  reader.int8()
  reader.varlong()
  reader.varint()
  if (reader.varint() < 4) return undefined
  reader.int16()
  const type = reader.int16()
  if (type !== controlType.abort && type !== controlType.commit) return undefined
  if (reader.varint() < 6) return undefined
  reader.int16()
  return { type: type === controlType.commit ? "commit" : "abort", coordinatorEpoch: reader.int32() }
}

/** Compaction has put the time from which tombstones may go into baseTimestamp (KIP-534). */
export function hasDeleteHorizon(buffer: Buffer, position = 0): boolean {
  return (attributes(buffer, position) & deleteHorizonBit) !== 0
}

/** Set by the leader on append; not covered by the checksum. */
export function setBaseOffset(buffer: Buffer, offset: number, position = 0): void {
  const high = Math.floor(offset / twoTo32)
  buffer.writeInt32BE(high, position + at.baseOffset)
  buffer.writeUInt32BE(offset - high * twoTo32, position + at.baseOffset + 4)
}

/** Set by the leader on append; not covered by the checksum. */
export function setPartitionLeaderEpoch(buffer: Buffer, epoch: number, position = 0): void {
  buffer.writeInt32BE(epoch, position + at.partitionLeaderEpoch)
}

/** Stamps a batch with the broker's time (message.timestamp.type=LogAppendTime); costs a new checksum. */
export function setLogAppendTime(buffer: Buffer, timeMs: number, position = 0): void {
  buffer.writeInt16BE(attributes(buffer, position) | timestampTypeBit, position + at.attributes)
  buffer.writeBigInt64BE(BigInt(timeMs), position + at.maxTimestamp)
  setChecksum(buffer, position)
}

/** The timestamps are the records' own, whatever the batch said: the largest of them. */
export function setCreateTime(buffer: Buffer, maxTimestampMs: number, position = 0): void {
  buffer.writeInt16BE(attributes(buffer, position) & ~timestampTypeBit, position + at.attributes)
  buffer.writeBigInt64BE(BigInt(maxTimestampMs), position + at.maxTimestamp)
  setChecksum(buffer, position)
}

/** Writes the checksum over everything behind it. */
export function setChecksum(buffer: Buffer, position = 0): void {
  const end = position + batchSize(buffer, position)
  buffer.writeUInt32BE(crc32c(buffer, position + at.attributes, end), position + at.crc)
}

/**
 * The whole batches in a buffer, as views. A last one that is cut short is left out,
 * as a fetch may end amid a batch.
 */
export function* batchesOf(buffer: Buffer): Generator<Buffer> {
  let position = 0
  while (position + batchHeaderBytes <= buffer.length) {
    const size = batchSize(buffer, position)
    if (size < batchHeaderBytes || position + size > buffer.length) return
    yield buffer.subarray(position, position + size)
    position += size
  }
}

/**
 * Whether a batch can be kept as it is: whole, magic 2, checksum, plausible counts, known codec.
 * Answers the error that a leader gives its producer; decompresses nothing.
 */
export function validateBatch(batch: Buffer): ErrorCode {
  if (batch.length < batchPrefixBytes + at.crc - at.partitionLeaderEpoch) return ErrorCode.CorruptMessage
  // Magic 0 and 1 were dropped from the brokers in 4.0 (KIP-724).
  if (magic(batch) < currentMagic) return ErrorCode.UnsupportedForMessageFormat
  if (batch.length < batchHeaderBytes || batchSize(batch) !== batch.length) return ErrorCode.CorruptMessage
  if (magic(batch) > currentMagic) return ErrorCode.CorruptMessage
  if (crc32c(batch, at.attributes, batch.length) !== crc(batch)) return ErrorCode.CorruptMessage
  if (recordCount(batch) < 0 || lastOffsetDelta(batch) < recordCount(batch) - 1) return ErrorCode.InvalidRecord
  return ErrorCode.None
}

/** Header fields of a new batch, all of them at once. */
export interface BatchHeader {
  readonly baseOffset: number
  readonly partitionLeaderEpoch: number
  readonly attributes: number
  readonly lastOffsetDelta: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly recordCount: number
}

/** Puts a header before the bytes of the records and checks it off. */
export function assembleBatch(header: BatchHeader, recordBytes: Buffer): Buffer {
  const batch = Buffer.allocUnsafe(batchHeaderBytes + recordBytes.length)
  setBaseOffset(batch, header.baseOffset)
  batch.writeInt32BE(batch.length - batchPrefixBytes, at.batchLength)
  setPartitionLeaderEpoch(batch, header.partitionLeaderEpoch)
  batch.writeInt8(currentMagic, at.magic)
  batch.writeInt16BE(header.attributes, at.attributes)
  batch.writeInt32BE(header.lastOffsetDelta, at.lastOffsetDelta)
  batch.writeBigInt64BE(BigInt(header.baseTimestamp), at.baseTimestamp)
  batch.writeBigInt64BE(BigInt(header.maxTimestamp), at.maxTimestamp)
  batch.writeBigInt64BE(BigInt(header.producerId), at.producerId)
  batch.writeInt16BE(header.producerEpoch, at.producerEpoch)
  batch.writeInt32BE(header.baseSequence, at.baseSequence)
  batch.writeInt32BE(header.recordCount, at.recordCount)
  recordBytes.copy(batch, batchHeaderBytes)
  setChecksum(batch)
  return batch
}

/** The attributes' bits from what they mean. */
export function attributeBits(meaning: {
  readonly codec: CodecName
  readonly isLogAppendTime: boolean
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly hasDeleteHorizon: boolean
}): number {
  return (
    codecNames.indexOf(meaning.codec) |
    (meaning.isLogAppendTime ? timestampTypeBit : 0) |
    (meaning.isTransactional ? transactionalBit : 0) |
    (meaning.isControl ? controlBit : 0) |
    (meaning.hasDeleteHorizon ? deleteHorizonBit : 0)
  )
}

/** Producer ids and timestamps beyond 2^53 lose their last bits; no offset comes near. */
function int64(buffer: Buffer, position: number): number {
  if (position + 8 > buffer.length) throw new ProtocolError("truncated", "a batch header is cut short")
  return buffer.readInt32BE(position) * twoTo32 + buffer.readUInt32BE(position + 4)
}
