/**
 * ListOffsets (API key 2): finds offsets by timestamp: earliest, latest or from a time on.
 *
 * v0   several offsets per partition, by segment
 * v1   one offset and its timestamp (KIP-79)
 * v2   isolation level (KIP-98)
 * v3   throttles after responding (KIP-219)
 * v4   leader epoch (KIP-320)
 * v5   may answer OFFSET_NOT_AVAILABLE (KIP-207)
 * v6   flexible (KIP-482)
 * v7   offset of the greatest timestamp (KIP-734)
 * v8   earliest local offset (KIP-405)
 * v9   last offset in tiered storage (KIP-1005)
 * v10  time limit for remote storage (KIP-1075)
 */
import { api, array, int8, int16, int32, int64, since, string, struct, until, withDefault } from "../schema"

export const listOffsets = api({
  key: 2,
  name: "ListOffsets",
  versions: [0, 10],
  flexibleFrom: 6,
  request: {
    replicaId: int32,
    isolationLevel: since(2, int8),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            currentLeaderEpoch: since(4, withDefault(-1, int32)),
            timestamp: int64,
            maxNumOffsets: until(0, withDefault(1, int32)),
          }),
        ),
      }),
    ),
    timeoutMs: since(10, int32),
  },
  response: {
    throttleTimeMs: since(2, int32),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            oldStyleOffsets: until(0, array(int64)),
            timestamp: since(1, withDefault(-1, int64)),
            offset: since(1, withDefault(-1, int64)),
            leaderEpoch: since(4, withDefault(-1, int32)),
          }),
        ),
      }),
    ),
  },
})
