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
