/**
 * DeleteGroups (API key 42): deletes empty groups (KIP-229).
 *
 * v1  throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 */
import { api, array, int16, int32, string, struct } from "../schema"

export const deleteGroups = api({
  key: 42,
  name: "DeleteGroups",
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    groupsNames: array(string),
  },
  response: {
    throttleTimeMs: int32,
    results: array(
      struct({
        groupId: string,
        errorCode: int16,
      }),
    ),
  },
})
