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
