/**
 * OffsetForLeaderEpoch (API key 23): tells where a leader epoch ended, so that a log can be cut to it (KIP-101).
 *
 * v1  leader epoch in the response (KIP-279)
 * v2  current leader epoch, throttle time (KIP-320)
 * v3  replica id
 * v4  flexible (KIP-482)
 */
import { api, array, int16, int32, int64, since, string, struct, withDefault } from "../schema"

export const offsetForLeaderEpoch = api({
  key: 23,
  name: "OffsetForLeaderEpoch",
  versions: [0, 4],
  flexibleFrom: 4,
  request: {
    replicaId: since(3, withDefault(-2, int32)),
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({
            partition: int32,
            currentLeaderEpoch: since(2, withDefault(-1, int32)),
            leaderEpoch: int32,
          }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: since(2, int32),
    topics: array(
      struct({
        topic: string,
        partitions: array(
          struct({
            errorCode: int16,
            partition: int32,
            leaderEpoch: since(1, withDefault(-1, int32)),
            endOffset: withDefault(-1, int64),
          }),
        ),
      }),
    ),
  },
})
