/**
 * DescribeProducers (API key 61): shows the producers that a partition remembers (KIP-664).
 */
import { api, array, int16, int32, int64, nullableString, string, struct, withDefault } from "../schema"

export const describeProducers = api({
  key: 61,
  name: "DescribeProducers",
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    topics: array(
      struct({
        name: string,
        partitionIndexes: array(int32),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            errorMessage: nullableString,
            activeProducers: array(
              struct({
                producerId: int64,
                producerEpoch: int32,
                lastSequence: withDefault(-1, int32),
                lastTimestamp: withDefault(-1, int64),
                coordinatorEpoch: int32,
                currentTxnStartOffset: withDefault(-1, int64),
              }),
            ),
          }),
        ),
      }),
    ),
  },
})
