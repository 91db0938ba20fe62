/**
 * EndTxn (API key 26): commits or aborts a transaction (KIP-98).
 *
 * v1  throttles after responding (KIP-219)
 * v2  may answer PRODUCER_FENCED (KIP-588)
 * v3  flexible (KIP-482)
 * v4  may answer TRANSACTION_ABORTABLE (KIP-890)
 * v5  a new epoch after each transaction, told in the response (KIP-890)
 */
import { api, boolean, int16, int32, int64, since, string, withDefault } from "../schema"

export const endTxn = api({
  key: 26,
  name: "EndTxn",
  versions: [0, 5],
  flexibleFrom: 3,
  request: {
    transactionalId: string,
    producerId: int64,
    producerEpoch: int16,
    committed: boolean,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: since(5, withDefault(-1, int64)),
    producerEpoch: since(5, withDefault(-1, int16)),
  },
})
