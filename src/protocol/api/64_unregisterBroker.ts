/**
 * UnregisterBroker (API key 64): takes a broker out of the cluster for good (KIP-631).
 */
import { api, int16, int32, nullableString } from "../schema"

export const unregisterBroker = api({
  key: 64,
  name: "UnregisterBroker",
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    brokerId: int32,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
  },
})
