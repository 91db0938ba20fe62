/**
 * DeleteAcls (API key 31): deletes the ACLs that match filters (KIP-140).
 *
 * v1  pattern types (KIP-290), throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 * v3  user resources (KIP-373)
 */
import { api, array, int8, int16, int32, nullableString, since, string, struct, withDefault } from "../schema"

export const deleteAcls = api({
  key: 31,
  name: "DeleteAcls",
  versions: [0, 3],
  flexibleFrom: 2,
  request: {
    filters: array(
      struct({
        resourceTypeFilter: int8,
        resourceNameFilter: nullableString,
        patternTypeFilter: since(1, withDefault(3, int8)),
        principalFilter: nullableString,
        hostFilter: nullableString,
        operation: int8,
        permissionType: int8,
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    filterResults: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        matchingAcls: array(
          struct({
            errorCode: int16,
            errorMessage: nullableString,
            resourceType: int8,
            resourceName: string,
            patternType: since(1, withDefault(3, int8)),
            principal: string,
            host: string,
            operation: int8,
            permissionType: int8,
          }),
        ),
      }),
    ),
  },
})
