/**
 * AlterPartition (API key 56): a leader asks the controller to change the in-sync replicas (KIP-497).
 *
 * v2  topic ids, recovery state (KIP-704, KIP-841)
 * v3  broker epochs of the in-sync replicas (KIP-903)
 */
import { api, array, int8, int16, int32, int64, since, struct, until, uuid, withDefault } from "../schema"

export const alterPartition = api({
  key: 56,
  name: "AlterPartition",
  versions: [2, 3],
  flexibleFrom: 0,
  request: {
    brokerId: int32,
    brokerEpoch: withDefault(-1, int64),
    topics: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partitionIndex: int32,
            leaderEpoch: int32,
            newIsr: until(2, array(int32)),
            newIsrWithEpochs: since(
              3,
              array(
                struct({
                  brokerId: int32,
                  brokerEpoch: withDefault(-1, int64),
                }),
              ),
            ),
            leaderRecoveryState: int8,
            partitionEpoch: int32,
          }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    topics: array(
      struct({
        topicId: uuid,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            leaderId: int32,
            leaderEpoch: int32,
            isr: array(int32),
            leaderRecoveryState: int8,
            partitionEpoch: int32,
          }),
        ),
      }),
    ),
  },
})
