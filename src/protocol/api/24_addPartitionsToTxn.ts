/**
 * AddPartitionsToTxn (API key 24): adds partitions to a transaction (KIP-98).
 *
 * v1  throttles after responding (KIP-219)
 * v2  may answer PRODUCER_FENCED (KIP-588)
 * v3  flexible (KIP-482); the last version for clients
 * v4  several transactions at once, verification alone: between brokers (KIP-890)
 * v5  may answer TRANSACTION_ABORTABLE (KIP-890)
 */
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
