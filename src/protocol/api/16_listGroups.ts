/**
 * ListGroups (API key 16): lists the groups that a broker coordinates.
 *
 * v1  throttle time
 * v2  throttles after responding (KIP-219)
 * v3  flexible (KIP-482)
 * v4  states (KIP-518)
 * v5  types (KIP-848)
 */
import { api, array, int16, int32, since, string, struct } from "../schema"

export const listGroups = api({
  key: 16,
  name: "ListGroups",
  versions: [0, 5],
  flexibleFrom: 3,
  request: {
    statesFilter: since(4, array(string)),
    typesFilter: since(5, array(string)),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    groups: array(
      struct({
        groupId: string,
        protocolType: string,
        groupState: since(4, string),
        groupType: since(5, string),
      }),
    ),
  },
})
