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
