/**
 * InitProducerId (API key 22): gives a producer its id and epoch (KIP-98).
 *
 * v1  throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 * v3  the id and epoch that the producer has, to go on after an error (KIP-360)
 * v4  may answer PRODUCER_FENCED (KIP-588)
 * v5  may answer TRANSACTION_ABORTABLE (KIP-890)
 * v6  two-phase commit (KIP-939); unstable in 4.1, so not here
 */
import { api, int16, int32, int64, nullableString, since, withDefault } from "../schema"

export const initProducerId = api({
  key: 22,
  name: "InitProducerId",
  versions: [0, 5],
  flexibleFrom: 2,
  request: {
    transactionalId: nullableString,
    transactionTimeoutMs: int32,
    producerId: since(3, withDefault(-1, int64)),
    producerEpoch: since(3, withDefault(-1, int16)),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerId: withDefault(-1, int64),
    producerEpoch: int16,
  },
})
