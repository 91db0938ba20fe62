/**
 * AllocateProducerIds (API key 67): the controller gives a broker a block of producer ids (KIP-730).
 */
import { api, int16, int32, int64, withDefault } from "../schema"

export const allocateProducerIds = api({
  key: 67,
  name: "AllocateProducerIds",
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    brokerId: int32,
    brokerEpoch: withDefault(-1, int64),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    producerIdStart: int64,
    producerIdLen: int32,
  },
})
