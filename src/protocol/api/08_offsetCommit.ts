import { api, array, between, int16, int32, int64, nullableString, since, string, struct, withDefault } from "../schema"

export const offsetCommit = api({
  key: 8,
  name: "OffsetCommit",
  versions: [0, 9],
  flexibleFrom: 8,
  request: {
    groupId: string,
    generationIdOrMemberEpoch: since(1, withDefault(-1, int32)),
    memberId: since(1, string),
    groupInstanceId: since(7, nullableString),
    retentionTimeMs: between(2, 4, withDefault(-1, int64)),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: since(6, withDefault(-1, int32)),
            commitTimestamp: between(1, 1, withDefault(-1, int64)),
            committedMetadata: nullableString,
          }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: since(3, int32),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
          }),
        ),
      }),
    ),
  },
})
