/**
 * The records within a batch: varints and deltas, compressed as one block when a codec is set.
 * Batches are only opened to compact, to validate and to show.
 */

import {
  assembleBatch,
  attributeBits,
  baseOffset,
  baseTimestamp,
  batchHeaderBytes,
  batchSize,
  type CodecName,
  codecOf,
  hasDeleteHorizon,
  isLogAppendTime,
  magic,
  maxTimestamp,
  noProducer,
  recordCount,
} from "./batchHeader"
import { compress, decompress } from "./compression"
import { ProtocolError } from "./protocolError"
import { Reader } from "./reader"
import { Writer } from "./writer"

export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

export interface DecodedRecord {
  readonly offset: number
  /** Epoch milliseconds; the append time when the topic uses LogAppendTime. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

export interface RecordInput {
  /** Only compaction leaves gaps: without it records are numbered on from the batch's base offset. */
  readonly offset?: number
  /** Epoch milliseconds; default 0. */
  readonly timestamp?: number
  readonly key?: Buffer | null
  readonly value?: Buffer | null
  readonly headers?: readonly RecordHeader[]
}

export interface BatchInput {
  readonly records: readonly RecordInput[]
  readonly baseOffset?: number
  readonly partitionLeaderEpoch?: number
  readonly codec?: CodecName
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  readonly isLogAppendTime?: boolean
  /** Compaction keeps the last offset of the batch that it empties. */
  readonly lastOffsetDelta?: number
  /** Compaction keeps the greatest timestamp too; default that of the records. */
  readonly maxTimestamp?: number
  /** Epoch milliseconds after which compaction may drop the batch's tombstones (KIP-534). */
  readonly deleteHorizonMs?: number
}

/** The records of one batch. Keys and values are views of it when it is not compressed. */
export function decodeRecords(batch: Buffer): DecodedRecord[] {
  if (batch.length < batchHeaderBytes) throw new ProtocolError("truncated", "a batch header is cut short")
  if (magic(batch) !== 2) throw new ProtocolError("unsupported-version", `magic ${magic(batch)} is not read`)
  const codec = codecOf(batch)
  if (codec === undefined) throw new ProtocolError("invalid-value", "the batch names an unknown codec")
  const end = batchSize(batch)
  if (end < batchHeaderBytes || end > batch.length) throw new ProtocolError("truncated", "a batch is cut short")

  const packed = batch.subarray(batchHeaderBytes, end)
  const reader = new Reader(codec === "none" ? packed : decompress(codec, packed))
  const count = recordCount(batch)
  if (count < 0 || count > reader.remaining) throw new ProtocolError("truncated", `${count} records announced`)
  const base: Base = {
    offset: baseOffset(batch),
    timestamp: baseTimestamp(batch),
    appendTime: isLogAppendTime(batch) ? maxTimestamp(batch) : null,
  }
  const records: DecodedRecord[] = []
  for (let index = 0; index < count; index++) records.push(readRecord(reader, base))
  if (reader.remaining > 0) throw new ProtocolError("trailing-bytes", "bytes after the last record")
  return records
}

/** A whole batch from its records. */
export function encodeBatch(input: BatchInput): Buffer {
  const { records, codec = "none", deleteHorizonMs } = input
  const base = input.baseOffset ?? records[0]?.offset ?? 0
  const timestamps = records.map(({ timestamp = 0 }) => timestamp)
  const firstTimestamp = deleteHorizonMs ?? timestamps[0] ?? -1
  const writer = new Writer()
  let lastDelta = -1
  for (const record of records) {
    lastDelta = record.offset === undefined ? lastDelta + 1 : record.offset - base
    writeRecord(writer, record, lastDelta, firstTimestamp)
  }
  const plain = writer.finish()
  return assembleBatch(
    {
      baseOffset: base,
      partitionLeaderEpoch: input.partitionLeaderEpoch ?? -1,
      attributes: attributeBits({
        codec,
        isLogAppendTime: input.isLogAppendTime ?? false,
        isTransactional: input.isTransactional ?? false,
        isControl: input.isControl ?? false,
        hasDeleteHorizon: deleteHorizonMs !== undefined,
      }),
      lastOffsetDelta: input.lastOffsetDelta ?? Math.max(lastDelta, 0),
      baseTimestamp: firstTimestamp,
      maxTimestamp: input.maxTimestamp ?? timestamps.reduce((latest, each) => Math.max(latest, each), -1),
      producerId: input.producerId ?? noProducer,
      producerEpoch: input.producerEpoch ?? noProducer,
      baseSequence: input.baseSequence ?? noProducer,
      recordCount: records.length,
    },
    codec === "none" ? plain : compress(codec, plain),
  )
}

/** The time from which compaction may drop the batch's tombstones; null when it has not passed over it yet. */
export function deleteHorizonMs(batch: Buffer): number | null {
  return hasDeleteHorizon(batch) ? baseTimestamp(batch) : null
}

interface Base {
  readonly offset: number
  readonly timestamp: number
  readonly appendTime: number | null
}

function readRecord(reader: Reader, base: Base): DecodedRecord {
  const length = reader.varint()
  if (length < 0) throw new ProtocolError("negative-length", `a record of ${length} bytes`)
  const end = reader.offset + length
  reader.int8()
  const timestampDelta = reader.varlong()
  const timestamp = base.appendTime ?? base.timestamp + timestampDelta
  const offset = base.offset + reader.varint()
  const key = readBytes(reader)
  const value = readBytes(reader)
  const headers = readHeaders(reader)
  if (reader.offset !== end) throw new ProtocolError("invalid-value", "a record is not as long as it says")
  return { offset, timestamp, key, value, headers }
}

function readHeaders(reader: Reader): RecordHeader[] {
  const count = reader.varint()
  if (count < 0) throw new ProtocolError("negative-length", `${count} headers`)
  if (count > reader.remaining) throw new ProtocolError("truncated", `${count} headers`)
  const headers: RecordHeader[] = []
  for (let index = 0; index < count; index++) {
    const length = reader.varint()
    if (length < 0) throw new ProtocolError("negative-length", `a header key of ${length} bytes`)
    headers.push({ key: reader.text(length), value: readBytes(reader) })
  }
  return headers
}

function readBytes(reader: Reader): Buffer | null {
  const length = reader.varint()
  if (length < -1) throw new ProtocolError("negative-length", `a field of ${length} bytes`)
  return length === -1 ? null : reader.view(length)
}

function writeRecord(into: Writer, record: RecordInput, offsetDelta: number, firstTimestamp: number): void {
  const { key = null, value = null, headers = [], timestamp = 0 } = record
  const writer = new Writer()
  writer.int8(0)
  writer.varlong(timestamp - firstTimestamp)
  writer.varint(offsetDelta)
  writeBytes(writer, key)
  writeBytes(writer, value)
  writer.varint(headers.length)
  for (const header of headers) {
    writeBytes(writer, Buffer.from(header.key))
    writeBytes(writer, header.value)
  }
  into.varint(writer.length)
  for (const chunk of writer.chunks()) into.bytes(chunk)
}

function writeBytes(writer: Writer, value: Buffer | null): void {
  writer.varint(value === null ? -1 : value.length)
  if (value !== null) writer.bytes(value)
}
