/**
 * ListTransactions (API key 66): lists transactions (KIP-664).
 *
 * v1  by duration (KIP-994)
 * v2  by a pattern of the transactional id (KIP-1152)
 */
import { api, array, int16, int32, int64, nullableString, since, string, struct, withDefault } from "../schema"

export const listTransactions = api({
  key: 66,
  name: "ListTransactions",
  versions: [0, 2],
  flexibleFrom: 0,
  request: {
    stateFilters: array(string),
    producerIdFilters: array(int64),
    durationFilter: since(1, withDefault(-1, int64)),
    transactionalIdPattern: since(2, nullableString),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    unknownStateFilters: array(string),
    transactionStates: array(
      struct({
        transactionalId: string,
        producerId: int64,
        transactionState: string,
      }),
    ),
  },
})
