/**
 * CreateAcls (API key 30): creates ACLs (KIP-140).
 *
 * v1  pattern types (KIP-290), throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 * v3  user resources (KIP-373)
 */
import { api, array, int8, int16, int32, nullableString, since, string, struct, withDefault } from "../schema"

export const createAcls = api({
  key: 30,
  name: "CreateAcls",
  versions: [0, 3],
  flexibleFrom: 2,
  request: {
    creations: array(
      struct({
        resourceType: int8,
        resourceName: string,
        resourcePatternType: since(1, withDefault(3, int8)),
        principal: string,
        host: string,
        operation: int8,
        permissionType: int8,
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    results: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
      }),
    ),
  },
})
