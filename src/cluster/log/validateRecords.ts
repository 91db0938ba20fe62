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

const NO_FAULTS: readonly RecordFault[] = []
const NO_TIMESTAMP = -1

/**
 * Walks the records of a producer's batch without decoding them (Kafka: `LogValidator.validateRecord`): lengths and
 * offsets must agree, a compacted topic needs keys, timestamps must be near the broker's clock.
 * Returns all the records that are at fault.
 */
export function validateRecords(bytes: Buffer, at: number, config: LogConfig, nowMs: number): readonly RecordFault[] {
  const codec = batch.codecOf(bytes, at)
  const packed = bytes.subarray(at + batch.batchHeaderBytes, at + batch.batchSize(bytes, at))
  try {
    const plain = codec === undefined || codec === "none" ? packed : decompress(codec, packed)
    return new RecordWalk(plain, batch.baseTimestamp(bytes, at)).check(bytes, at, config, nowMs)
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) throw thrown
    return [
      { errorCode: ErrorCode.CorruptMessage, batchIndex: -1, message: `The batch cannot be read: ${thrown.message}` },
    ]
  }
}

/** A cursor over records: lengths, deltas and key lengths are read, keys and values skipped. */
class RecordWalk {
  readonly #bytes: Buffer
  readonly #baseTimestamp: number
  #position = 0

  constructor(bytes: Buffer, baseTimestamp: number) {
    this.#bytes = bytes
    this.#baseTimestamp = baseTimestamp
  }

  check(header: Buffer, at: number, config: LogConfig, nowMs: number): readonly RecordFault[] {
    const checksTime = config.messageTimestampType === "CreateTime"
    if (checksTime && batch.isLogAppendTime(header, at)) {
      const message = "A producer may not set the timestamp type LogAppendTime."
      return [{ errorCode: ErrorCode.InvalidTimestamp, batchIndex: -1, message }]
    }
    const earliest = nowMs - config.messageTimestampBeforeMaxMs
    const latest = nowMs + config.messageTimestampAfterMaxMs
    const count = batch.recordCount(header, at)
    let faults: RecordFault[] | undefined
    let largest = NO_TIMESTAMP
    for (let index = 0; index < count; index++) {
      const length = this.#varint()
      const end = this.#position + length
      if (length <= 0 || end > this.#bytes.length) throw cutShort(index)
      this.#position++
      const timestamp = this.#baseTimestamp + this.#varint()
      const offsetDelta = this.#varint()
      const keyLength = this.#varint()
      if (this.#position > end || keyLength > end - this.#position) throw cutShort(index)
      this.#position = end
      if (timestamp > largest) largest = timestamp
      const hasBadTime = checksTime && timestamp !== NO_TIMESTAMP && (timestamp < earliest || timestamp > latest)
      if (offsetDelta === index && !hasBadTime && !(config.isCompacting && keyLength < 0)) continue
      faults ??= []
      faults.push(faultOf(index, offsetDelta, hasBadTime ? timestamp : undefined))
    }
    if (this.#position !== this.#bytes.length) throw new ProtocolError("trailing-bytes", "bytes after the last record")
    if (!faults && checksTime && largest !== batch.maxTimestamp(header, at)) setMaxTimestamp(header, at, largest)
    return faults ?? NO_FAULTS
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

function faultOf(index: number, offsetDelta: number, badTimestamp: number | undefined): RecordFault {
  if (offsetDelta !== index) {
    const message = `Record ${index} has the offset delta ${offsetDelta}.`
    return { errorCode: ErrorCode.InvalidRecord, batchIndex: index, message }
  }
  if (badTimestamp !== undefined) {
    const message = `Timestamp ${badTimestamp} of record ${index} is out of range.`
    return { errorCode: ErrorCode.InvalidTimestamp, batchIndex: index, message }
  }
  const message = "Compacted topic cannot accept message without key."
  return { errorCode: ErrorCode.InvalidRecord, batchIndex: index, message }
}

/** Kafka sets the header right when a client's largest timestamp is not that of its records. */
function setMaxTimestamp(header: Buffer, at: number, timestamp: number): void {
  header.writeBigInt64BE(BigInt(timestamp), at + 35)
  batch.setChecksum(header, at)
}

function cutShort(index: number): ProtocolError {
  return new ProtocolError("truncated", `record ${index} is cut short`)
}
