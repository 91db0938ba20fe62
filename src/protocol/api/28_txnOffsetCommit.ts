/**
 * TxnOffsetCommit (API key 28): commits offsets as part of a transaction (KIP-98).
 *
 * v1  throttles after responding (KIP-219)
 * v2  leader epoch (KIP-320)
 * v3  flexible (KIP-482); member and generation, to fence zombies (KIP-447)
 * v4  may answer TRANSACTION_ABORTABLE (KIP-890)
 * v5  adds the group to the transaction by itself (KIP-890)
 */
import { api, array, int16, int32, int64, nullableString, since, string, struct, withDefault } from "../schema"

export const txnOffsetCommit = api({
  key: 28,
  name: "TxnOffsetCommit",
  versions: [0, 5],
  flexibleFrom: 3,
  request: {
    transactionalId: string,
    groupId: string,
    producerId: int64,
    producerEpoch: int16,
    generationId: since(3, withDefault(-1, int32)),
    memberId: since(3, string),
    groupInstanceId: since(3, nullableString),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: since(2, withDefault(-1, int32)),
            committedMetadata: nullableString,
          }),
        ),
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
          }),
        ),
      }),
    ),
  },
})
