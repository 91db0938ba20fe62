import { ErrorCode } from "../../protocol/errorCodes"
import { batchHeaderBytes, batchSize, codecOf, currentMagic, magic } from "../../protocol/recordBatch"

/** From this Produce version on a producer may compress with zstd (KIP-110). */
const ZSTD_VERSION = 7
/** A batch's format stands behind its offset, its length and its leader's epoch. */
const BYTES_TO_MAGIC = 17

/** What is wrong with a partition's records before its log looks at them (Kafka: `ProduceRequest.validateRecords`). */
export function refuseRecords(records: Buffer | null, version: number): ErrorCode | undefined {
  if (records === null || records.length < BYTES_TO_MAGIC) return ErrorCode.InvalidRecord
  if (magic(records) < 0 || magic(records) > currentMagic) return ErrorCode.CorruptMessage
  const size = batchSize(records)
  if (magic(records) < currentMagic || size > records.length) return ErrorCode.InvalidRecord
  if (size < batchHeaderBytes) return ErrorCode.CorruptMessage
  if (version < ZSTD_VERSION && codecOf(records) === "zstd") return ErrorCode.UnsupportedCompressionType
  // One batch for each partition: more cannot be acknowledged by one base offset.
  return size < records.length ? ErrorCode.InvalidRecord : undefined
}
