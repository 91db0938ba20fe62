import { decompress } from "../../protocol/compression"
import { ErrorCode } from "../../protocol/errorCodes"
import { ProtocolError } from "../../protocol/protocolError"
import * as batch from "../../protocol/recordBatch"
import type { LogConfig } from "./logConfig"

export interface RecordFault {
  readonly errorCode: number
  /** Of the record within its batch; -1 for the batch as a whole. */
  readonly batchIndex: number
  readonly message: string
}

export interface RecordVerdict {
  /** All the records that are at fault, in their order. */
  readonly faults: readonly RecordFault[]
  /** Their offsets count up by one from the batch's own. */
  readonly areInOrder: boolean
}

const NO_TIMESTAMP = -1

/**
 * Walks the records of a producer's batch without decoding them (Kafka: `LogValidator.validateRecord`): lengths must
 * agree, a compacted topic needs keys, timestamps must be near the broker's clock.
 */
export function validateRecords(bytes: Buffer, at: number, config: LogConfig, nowMs: number): RecordVerdict {
  const plain = unpacked(bytes, at)
  // Kafka has no error of its own for what cannot be decompressed.
  if (typeof plain === "string") return unreadable(ErrorCode.UnknownServerError, plain)
  try {
    return new RecordWalk(plain, bytes, at).check(config, nowMs)
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) throw thrown
    return unreadable(ErrorCode.InvalidRecord, thrown.message)
  }
}

/** The records as bytes, or why they cannot be had. */
function unpacked(bytes: Buffer, at: number): Buffer | string {
  const codec = batch.codecOf(bytes, at)
  const packed = bytes.subarray(at + batch.batchHeaderBytes, at + batch.batchSize(bytes, at))
  if (codec === undefined) return "it names a codec that there is not"
  try {
    return codec === "none" ? packed : decompress(codec, packed)
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) throw thrown
    return thrown.message
  }
}

function unreadable(errorCode: ErrorCode, why: string): RecordVerdict {
  return { faults: [{ errorCode, batchIndex: -1, message: `The batch cannot be read: ${why}` }], areInOrder: false }
}

/** A cursor over records: lengths, deltas and times are read, keys, values and headers skipped. */
class RecordWalk {
  readonly #bytes: Buffer
  readonly #header: Buffer
  readonly #at: number
  #position = 0

  constructor(bytes: Buffer, header: Buffer, at: number) {
    this.#bytes = bytes
    this.#header = header
    this.#at = at
  }

  check(config: LogConfig, nowMs: number): RecordVerdict {
    const header = this.#header
    const at = this.#at
    const checksTime = config.messageTimestampType === "CreateTime"
    const isStamped = batch.isLogAppendTime(header, at)
    const baseTimestamp = batch.baseTimestamp(header, at)
    const stamp = batch.maxTimestamp(header, at)
    const earliest = nowMs - config.messageTimestampBeforeMaxMs
    const latest = nowMs + config.messageTimestampAfterMaxMs
    const count = batch.recordCount(header, at)
    const faults: RecordFault[] = []
    let largest = NO_TIMESTAMP
    let areInOrder = true
    for (let index = 0; index < count; index++) {
      const end = this.#beginRecord(index)
      const timestampDelta = this.#varint()
      const timestamp = isStamped ? stamp : baseTimestamp + timestampDelta
      if (this.#varint() !== index) areInOrder = false
      const hasKey = this.#skipField()
      this.#endRecord(end, index)
      if (timestamp > largest) largest = timestamp
      if (config.isCompacting && !hasKey) faults.push(withoutKey(index))
      else if (checksTime && timestamp !== NO_TIMESTAMP) {
        if (timestamp < earliest || timestamp > latest) faults.push(outOfRange(index, timestamp))
      } else if (isStamped) faults.push(stampedByProducer(index))
    }
    if (this.#position !== this.#bytes.length) throw new ProtocolError("trailing-bytes", "bytes after the last record")
    // Kafka sets the header right when what a client says of its times is not so.
    if (faults.length === 0 && checksTime && (isStamped || largest !== stamp)) batch.setCreateTime(header, largest, at)
    return { faults, areInOrder }
  }

  /** Where the record ends; the cursor then stands at its timestamp. */
  #beginRecord(index: number): number {
    const length = this.#varint()
    const end = this.#position + length
    if (length <= 0 || end > this.#bytes.length) throw cutShort(index)
    this.#position++
    return end
  }

  /** False for a field that is null. */
  #skipField(): boolean {
    const length = this.#varint()
    if (length < 0) return false
    this.#position += length
    return true
  }

  /** Value and headers must end where the record says that it does. */
  #endRecord(end: number, index: number): void {
    this.#skipField()
    const headers = this.#varint()
    if (headers < 0 || headers > end - this.#position) throw cutShort(index)
    for (let header = 0; header < headers; header++) {
      if (!this.#skipField()) throw cutShort(index)
      this.#skipField()
    }
    if (this.#position !== end) throw cutShort(index)
  }

  /** A zigzag varint of up to 64 bits, as a number: exact to 2^53. */
  #varint(): number {
    const bytes = this.#bytes
    let byte = this.#next(bytes)
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    let value = byte & 0x7f
    let factor = 128
    do {
      byte = this.#next(bytes)
      value += (byte & 0x7f) * factor
      factor *= 128
    } while (byte >= 0x80)
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  #next(bytes: Buffer): number {
    const byte = bytes[this.#position++]
    if (byte === undefined) throw new ProtocolError("truncated", "a varint is cut short")
    return byte
  }
}

function withoutKey(batchIndex: number): RecordFault {
  const message = "Compacted topic cannot accept message without key."
  return { errorCode: ErrorCode.InvalidRecord, batchIndex, message }
}

function outOfRange(batchIndex: number, timestamp: number): RecordFault {
  const message = `Timestamp ${timestamp} of record ${batchIndex} is out of range.`
  return { errorCode: ErrorCode.InvalidTimestamp, batchIndex, message }
}

function stampedByProducer(batchIndex: number): RecordFault {
  const message = "A producer may not set the timestamp type LogAppendTime."
  return { errorCode: ErrorCode.InvalidTimestamp, batchIndex, message }
}

function cutShort(index: number): ProtocolError {
  return new ProtocolError("truncated", `record ${index} is cut short`)
}
