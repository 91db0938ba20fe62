import { crc32c } from "../../protocol/crc32c"
import { ErrorCode } from "../../protocol/errorCodes"
import * as batch from "../../protocol/recordBatch"
import type { LogConfig } from "./logConfig"
import type { AppendResult } from "./logInterface"
import { type RecordFault, validateRecords } from "./validateRecords"

type Validated<Value> = ({ readonly ok: true } & Value) | { readonly ok: false; readonly refusal: AppendResult }

export interface ValidateOptions {
  readonly config: LogConfig
  readonly origin: "client" | "coordinator"
  readonly nowMs: number
}

/**
 * What a leader checks before it appends (Kafka: `UnifiedLog.analyzeAndValidateRecords`, `LogValidator`): whole batches
 * of magic 2, checksums, size, record counts, keys, timestamps. With LogAppendTime the batches are stamped in place.
 */
export function validateAppend(batches: Buffer, options: ValidateOptions): Validated<{ readonly bytes: Buffer }> {
  const { config, origin, nowMs } = options
  if (batches.length === 0) return refuse(ErrorCode.InvalidRecord, "There is no record to append.")
  for (let at = 0; at < batches.length; at += batch.batchSize(batches, at)) {
    const refusal = refusalOfBatch(batches, at, config, origin)
    if (refusal) return refusal
    const faults = origin === "client" ? validateRecords(batches, at, config, nowMs) : undefined
    if (faults && faults.length > 0) return refuseRecords(faults)
    if (config.messageTimestampType === "LogAppendTime") batch.setLogAppendTime(batches, nowMs, at)
  }
  if (batches.length > config.segmentBytes) {
    const message = `${batches.length} bytes are more than segment.bytes=${config.segmentBytes}.`
    return refuse(ErrorCode.RecordListTooLarge, message)
  }
  return { ok: true, bytes: origin === "client" ? compressed(batches, config) : batches }
}

/** With a compression.type of its own a topic stores every batch that way (Kafka: `LogValidator`, targetCompression). */
function compressed(batches: Buffer, config: LogConfig): Buffer {
  if (config.compressionType === "producer") return batches
  const codec = config.compressionType === "uncompressed" ? "none" : config.compressionType
  const parts: Buffer[] = []
  let changed = false
  for (const original of batch.batchesOf(batches)) {
    const fits = batch.codecOf(original) === codec
    parts.push(fits ? original : compressedAnew(original, codec))
    changed ||= !fits
  }
  return changed ? Buffer.concat(parts) : batches
}

function compressedAnew(original: Buffer, codec: batch.CodecName): Buffer {
  return batch.encodeBatch({
    records: batch.decodeRecords(original),
    codec,
    producerId: batch.producerId(original),
    producerEpoch: batch.producerEpoch(original),
    baseSequence: batch.baseSequence(original),
    isTransactional: batch.isTransactional(original),
    isLogAppendTime: batch.isLogAppendTime(original),
    maxTimestamp: batch.maxTimestamp(original),
  })
}

function refusalOfBatch(
  bytes: Buffer,
  at: number,
  config: LogConfig,
  origin: "client" | "coordinator",
): { readonly ok: false; readonly refusal: AppendResult } | undefined {
  if (!isWhole(bytes, at)) return refuse(ErrorCode.CorruptMessage, "A record batch is cut short.")
  const size = batch.batchSize(bytes, at)
  const errorCode = batch.validateBatch(bytes.subarray(at, at + size))
  if (errorCode !== ErrorCode.None)
    return refuse(errorCode, "A record batch is damaged or of a format that is not supported.")
  if (size > config.maxMessageBytes) {
    const message = `The record batch is ${size} bytes, more than max.message.bytes=${config.maxMessageBytes}.`
    return refuse(ErrorCode.MessageTooLarge, message)
  }
  return origin === "client" ? refusalOfClient(bytes, at) : undefined
}

function refusalOfClient(
  bytes: Buffer,
  at: number,
): { readonly ok: false; readonly refusal: AppendResult } | undefined {
  if (batch.isControl(bytes, at)) return refuse(ErrorCode.InvalidRecord, "Clients may not write control records.")
  if (batch.baseOffset(bytes, at) !== 0) return refuse(ErrorCode.InvalidRecord, "A producer's base offset must be 0.")
  const count = batch.recordCount(bytes, at)
  if (count <= 0 || batch.lastOffsetDelta(bytes, at) !== count - 1) {
    return refuse(ErrorCode.InvalidRecord, "The batch's record count and its offsets do not agree.")
  }
  if (batch.producerId(bytes, at) >= 0 && batch.baseSequence(bytes, at) < 0) {
    return refuse(ErrorCode.InvalidRecord, "A batch with a producer id needs a sequence.")
  }
  return undefined
}

/** What a follower checks: batches are whole, sound, and behind its log end. A buffer that the leader checked in this process is trusted. */
export function validateFetched(
  batches: Buffer,
  logEndOffset: number,
  isChecked: boolean,
): Validated<{ readonly bytes: Buffer; readonly lastOffset: number }> {
  let expected = logEndOffset
  if (batches.length === 0) return refuse(ErrorCode.CorruptMessage, "There is no batch to append.")
  for (let at = 0; at < batches.length; at += batch.batchSize(batches, at)) {
    if (!isWhole(batches, at)) return refuse(ErrorCode.CorruptMessage, "A fetched batch is cut short.")
    if (batch.baseOffset(batches, at) < expected) {
      const message = `A fetched batch begins at ${batch.baseOffset(batches, at)}, before the log end ${expected}.`
      return refuse(ErrorCode.OffsetOutOfRange, message)
    }
    const end = at + batch.batchSize(batches, at)
    if (!isChecked && crc32c(batches, at + CHECKED_FROM, end) !== batch.crc(batches, at)) {
      return refuse(ErrorCode.CorruptMessage, "A fetched batch does not match its checksum.")
    }
    expected = batch.lastOffset(batches, at) + 1
  }
  return { ok: true, bytes: batches, lastOffset: expected - 1 }
}

/** Where the part of a batch that its checksum covers begins: the attributes. */
const CHECKED_FROM = 21

function isWhole(bytes: Buffer, at: number): boolean {
  if (at + batch.batchHeaderBytes > bytes.length) return false
  const size = batch.batchSize(bytes, at)
  return size >= batch.batchHeaderBytes && at + size <= bytes.length
}

function refuseRecords(faults: readonly RecordFault[]): { readonly ok: false; readonly refusal: AppendResult } {
  const [first] = faults
  const refusal = refuse(first?.errorCode ?? ErrorCode.InvalidRecord, first?.message ?? "").refusal
  const recordErrors = faults.map(({ batchIndex, message }) => ({ batchIndex, message }))
  return { ok: false, refusal: { ...refusal, errorMessage: "One or more records have been rejected", recordErrors } }
}

function refuse(errorCode: number, errorMessage: string): { readonly ok: false; readonly refusal: AppendResult } {
  return { ok: false, refusal: { errorCode, baseOffset: -1, lastOffset: -1, appendTimeMs: -1, errorMessage } }
}
