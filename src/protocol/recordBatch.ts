/** Record batch v2: its header in place (batchHeader), its records (records). */
export * from "./batchHeader"
export {
  type BatchInput,
  type DecodedRecord,
  decodeRecords,
  deleteHorizonMs,
  encodeBatch,
  type RecordHeader,
  type RecordInput,
} from "./records"
