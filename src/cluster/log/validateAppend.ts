import { crc32c } from "../../protocol/crc32c"
import { ErrorCode } from "../../protocol/errorCodes"
import { ProtocolError } from "../../protocol/protocolError"
import * as batch from "../../protocol/recordBatch"
import type { LogConfig } from "./logConfig"
import type { AppendResult } from "./logInterface"
import { type RecordFault, type RecordVerdict, validateRecords } from "./validateRecords"

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
  const parts: Buffer[] = []
  let isChanged = false
  for (let at = 0; at < batches.length; at += batch.batchSize(batches, at)) {
    const refusal = refusalOfBatch(batches, at, config, origin)
    if (refusal) return refusal
    const verdict = origin === "client" ? validateRecords(batches, at, config, nowMs) : undefined
    if (verdict && verdict.faults.length > 0) return refuseRecords(verdict.faults)
    if (config.messageTimestampType === "LogAppendTime") batch.setLogAppendTime(batches, nowMs, at)
    const original = batches.subarray(at, at + batch.batchSize(batches, at))
    const stored = verdict ? compressed(original, verdict, config) : original
    if (!stored) return refuse(ErrorCode.InvalidRecord, "A key, a value or a header of the batch cannot be read.")
    if (stored !== original && stored.length > config.maxMessageBytes) return tooLarge(stored.length, config)
    isChanged ||= stored !== original
    parts.push(stored)
  }
  const bytes = isChanged ? Buffer.concat(parts) : batches
  if (bytes.length > config.segmentBytes) {
    const message = `${bytes.length} bytes are more than segment.bytes=${config.segmentBytes}.`
    return refuse(ErrorCode.RecordListTooLarge, message)
  }
  return { ok: true, bytes }
}

/**
 * With a compression.type of its own a topic stores every batch that way. A compressed batch whose offsets some old
 * client has counted otherwise is written anew as well (Kafka: `LogValidator`, targetCompression, inPlaceAssignment).
 * Undefined when its records, which were only walked so far, cannot be read.
 */
function compressed(original: Buffer, { areInOrder }: RecordVerdict, config: LogConfig): Buffer | undefined {
  const own = batch.codecOf(original) ?? "none"
  const wanted = config.compressionType === "producer" ? own : codecNamed(config.compressionType)
  if (wanted === own && (areInOrder || own === "none")) return original
  try {
    return compressedAnew(original, wanted)
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) throw thrown
    return undefined
  }
}

function codecNamed(type: Exclude<LogConfig["compressionType"], "producer">): batch.CodecName {
  return type === "uncompressed" ? "none" : type
}

function compressedAnew(original: Buffer, codec: batch.CodecName): Buffer {
  return batch.encodeBatch({
    // Without the offsets that they came with: they are counted anew.
    records: batch.decodeRecords(original).map(({ offset: _, ...record }) => record),
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
  if (origin === "client" && batch.baseOffset(bytes, at) !== 0) {
    return refuse(ErrorCode.InvalidRecord, "A producer's base offset must be 0.")
  }
  if (size > config.maxMessageBytes) return tooLarge(size, config)
  const errorCode = batch.validateBatch(bytes.subarray(at, at + size))
  if (errorCode !== ErrorCode.None)
    return refuse(errorCode, "A record batch is damaged or of a format that is not supported.")
  return origin === "client" ? refusalOfClient(bytes, at) : undefined
}

function tooLarge(size: number, config: LogConfig): { readonly ok: false; readonly refusal: AppendResult } {
  const message = `The record batch is ${size} bytes, more than max.message.bytes=${config.maxMessageBytes}.`
  return refuse(ErrorCode.MessageTooLarge, message)
}

function refusalOfClient(
  bytes: Buffer,
  at: number,
): { readonly ok: false; readonly refusal: AppendResult } | undefined {
  if (batch.isControl(bytes, at)) return refuse(ErrorCode.InvalidRecord, "Clients may not write control records.")
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

/** A batch that cannot be walked has no record of its own to blame; a bad time outranks a missing key. */
function refuseRecords(faults: readonly RecordFault[]): { readonly ok: false; readonly refusal: AppendResult } {
  const worst = faults.find(({ errorCode }) => errorCode === ErrorCode.InvalidTimestamp) ?? faults[0]
  const recordErrors = faults
    .filter(({ batchIndex }) => batchIndex >= 0)
    .map(({ batchIndex, message }) => ({ batchIndex, message }))
  const errorMessage = recordErrors.length > 0 ? "One or more records have been rejected" : (worst?.message ?? "")
  const { refusal } = refuse(worst?.errorCode ?? ErrorCode.InvalidRecord, errorMessage)
  return { ok: false, refusal: { ...refusal, recordErrors } }
}

function refuse(errorCode: number, errorMessage: string): { readonly ok: false; readonly refusal: AppendResult } {
  return { ok: false, refusal: { errorCode, baseOffset: -1, lastOffset: -1, appendTimeMs: -1, errorMessage } }
}
