/**
 * Produce (API key 0): writes record batches to partitions.
 *
 * v0-2  advertised by 4.x brokers because librdkafka looks for them, then refused: their records are message sets
 * v1    throttle time in the response
 * v2    append time in the response
 * v3    transactional id, record batch v2 (KIP-98)
 * v4    may answer KAFKA_STORAGE_ERROR (KIP-112)
 * v5    log start offset in the response
 * v7    zstd (KIP-110)
 * v8    errors of single records (KIP-467)
 * v9    flexible (KIP-482)
 * v10   current leader and its address after a refusal (KIP-951)
 * v11   may answer TRANSACTION_ABORTABLE (KIP-890)
 * v12   adds the partition to the transaction by itself (KIP-890)
 * v13   topic ids instead of names (KIP-516)
 */
import {
  api,
  array,
  int16,
  int32,
  int64,
  nullableString,
  records,
  since,
  string,
  struct,
  tagged,
  until,
  uuid,
  withDefault,
} from "../schema"

export const produce = api({
  key: 0,
  name: "Produce",
  versions: [0, 13],
  flexibleFrom: 9,
  request: {
    transactionalId: since(3, nullableString),
    acks: int16,
    timeoutMs: int32,
    topicData: array(
      struct({
        name: until(12, string),
        topicId: since(13, uuid),
        partitionData: array(
          struct({
            index: int32,
            records: records,
          }),
        ),
      }),
    ),
  },
  response: {
    responses: array(
      struct({
        name: until(12, string),
        topicId: since(13, uuid),
        partitionResponses: array(
          struct({
            index: int32,
            errorCode: int16,
            baseOffset: int64,
            logAppendTimeMs: since(2, withDefault(-1, int64)),
            logStartOffset: since(5, withDefault(-1, int64)),
            recordErrors: since(
              8,
              array(
                struct({
                  batchIndex: int32,
                  batchIndexErrorMessage: nullableString,
                }),
              ),
            ),
            errorMessage: since(8, nullableString),
            currentLeader: tagged(
              0,
              10,
              struct({
                leaderId: withDefault(-1, int32),
                leaderEpoch: withDefault(-1, int32),
              }),
            ),
          }),
        ),
      }),
    ),
    throttleTimeMs: since(1, int32),
    nodeEndpoints: tagged(
      0,
      10,
      array(
        struct({
          nodeId: int32,
          host: string,
          port: int32,
          rack: nullableString,
        }),
      ),
    ),
  },
})
