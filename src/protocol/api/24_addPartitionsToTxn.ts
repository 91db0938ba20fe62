import { api, array, boolean, int16, int32, int64, since, string, struct, until } from "../schema"

export const addPartitionsToTxn = api({
  key: 24,
  name: "AddPartitionsToTxn",
  versions: [0, 5],
  flexibleFrom: 3,
  request: {
    transactions: since(
      4,
      array(
        struct({
          transactionalId: string,
          producerId: int64,
          producerEpoch: int16,
          verifyOnly: boolean,
          topics: array(
            struct({
              name: string,
              partitions: array(int32),
            }),
          ),
        }),
      ),
    ),
    v3AndBelowTransactionalId: until(3, string),
    v3AndBelowProducerId: until(3, int64),
    v3AndBelowProducerEpoch: until(3, int16),
    v3AndBelowTopics: until(
      3,
      array(
        struct({
          name: string,
          partitions: array(int32),
        }),
      ),
    ),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: since(4, int16),
    resultsByTransaction: since(
      4,
      array(
        struct({
          transactionalId: string,
          topicResults: array(
            struct({
              name: string,
              resultsByPartition: array(
                struct({
                  partitionIndex: int32,
                  partitionErrorCode: int16,
                }),
              ),
            }),
          ),
        }),
      ),
    ),
    resultsByTopicV3AndBelow: until(
      3,
      array(
        struct({
          name: string,
          resultsByPartition: array(
            struct({
              partitionIndex: int32,
              partitionErrorCode: int16,
            }),
          ),
        }),
      ),
    ),
  },
})
