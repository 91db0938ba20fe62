/**
 * DeleteRecords (API key 21): moves the start of partitions forward, so that older records go (KIP-107).
 *
 * v1  throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 */
import { api, array, int16, int32, int64, string, struct } from "../schema"

export const deleteRecords = api({
  key: 21,
  name: "DeleteRecords",
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            offset: int64,
          }),
        ),
      }),
    ),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            lowWatermark: int64,
            errorCode: int16,
          }),
        ),
      }),
    ),
  },
})
