/**
 * WriteTxnMarkers (API key 27): writes the marker that ends a transaction into its partitions: from coordinator to
 * leader (KIP-98).
 *
 * v1  flexible (KIP-482)
 */
import { api, array, boolean, int16, int32, int64, string, struct } from "../schema"

export const writeTxnMarkers = api({
  key: 27,
  name: "WriteTxnMarkers",
  versions: [1, 1],
  flexibleFrom: 1,
  request: {
    markers: array(
      struct({
        producerId: int64,
        producerEpoch: int16,
        transactionResult: boolean,
        topics: array(
          struct({
            name: string,
            partitionIndexes: array(int32),
          }),
        ),
        coordinatorEpoch: int32,
      }),
    ),
  },
  response: {
    markers: array(
      struct({
        producerId: int64,
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
      }),
    ),
  },
})
