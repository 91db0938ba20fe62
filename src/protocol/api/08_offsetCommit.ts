/**
 * OffsetCommit (API key 8): commits a group's offsets.
 *
 * v0   to ZooKeeper, once
 * v1   generation and member, commit time
 * v2   retention time
 * v3   throttle time
 * v4   throttles after responding (KIP-219)
 * v5   retention time removed (KIP-211)
 * v6   leader epoch (KIP-320)
 * v7   group instance id: static membership (KIP-345)
 * v8   flexible (KIP-482)
 * v9   member epochs of consumer groups (KIP-848)
 * v10  topic ids; unstable in 4.1, so not here
 */
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
