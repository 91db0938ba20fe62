/**
 * OffsetCommitKey and OffsetCommitValue: one committed offset in __consumer_offsets.
 *
 * value v1    expiry time, since removed
 * value v3    leader epoch (KIP-320)
 * value v4    flexible, topic id (KIP-848)
 */
import { between, int32, int64, type RecordOf, record, since, string, tagged, uuid, withDefault } from "../schema"

export const offsetCommitKey = record({
  name: "OffsetCommitKey",
  apiKey: 1,
  versions: [0, 0],
  fields: {
    group: string,
    topic: string,
    partition: int32,
  },
})
export type OffsetCommitKey = RecordOf<typeof offsetCommitKey>

export const offsetCommitValue = record({
  name: "OffsetCommitValue",
  apiKey: 1,
  versions: [0, 4],
  flexibleFrom: 4,
  fields: {
    offset: int64,
    leaderEpoch: since(3, withDefault(-1, int32)),
    metadata: string,
    commitTimestamp: int64,
    expireTimestamp: between(1, 1, withDefault(-1, int64)),
    topicId: tagged(0, 4, uuid),
  },
})
export type OffsetCommitValue = RecordOf<typeof offsetCommitValue>
