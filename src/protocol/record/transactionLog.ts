/**
 * TransactionLogKey and TransactionLogValue: one transactional id in __transaction_state.
 *
 * value v1    flexible; previous and next producer id, client's transaction version (KIP-890)
 */
import {
  array,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  type RecordOf,
  record,
  string,
  struct,
  tagged,
} from "../schema"

export const transactionLogKey = record({
  name: "TransactionLogKey",
  apiKey: 0,
  versions: [0, 0],
  fields: {
    transactionalId: string,
  },
})
export type TransactionLogKey = RecordOf<typeof transactionLogKey>

export const transactionLogValue = record({
  name: "TransactionLogValue",
  apiKey: 0,
  versions: [0, 1],
  flexibleFrom: 1,
  fields: {
    producerId: int64,
    previousProducerId: tagged(0, 1, int64, -1),
    nextProducerId: tagged(1, 1, int64, -1),
    producerEpoch: int16,
    nextProducerEpoch: tagged(3, 1, int16, -1),
    transactionTimeoutMs: int32,
    transactionStatus: int8,
    transactionPartitions: nullableArray(
      struct({
        topic: string,
        partitionIds: array(int32),
      }),
    ),
    transactionLastUpdateTimestampMs: int64,
    transactionStartTimestampMs: int64,
    clientTransactionVersion: tagged(2, 1, int16),
  },
})
export type TransactionLogValue = RecordOf<typeof transactionLogValue>
