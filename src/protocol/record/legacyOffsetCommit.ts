/**
 * LegacyOffsetCommitKey and LegacyOffsetCommitValue: one committed offset as brokers before 0.9 wrote it.
 */
import { int32, int64, type RecordOf, record, string } from "../schema"

export const legacyOffsetCommitKey = record({
  name: "LegacyOffsetCommitKey",
  apiKey: 0,
  versions: [0, 0],
  fields: {
    group: string,
    topic: string,
    partition: int32,
  },
})
export type LegacyOffsetCommitKey = RecordOf<typeof legacyOffsetCommitKey>

export const legacyOffsetCommitValue = record({
  name: "LegacyOffsetCommitValue",
  apiKey: 0,
  versions: [0, 0],
  fields: {
    offset: int64,
    metadata: string,
    commitTimestamp: int64,
  },
})
export type LegacyOffsetCommitValue = RecordOf<typeof legacyOffsetCommitValue>
