/**
 * DescribeAcls (API key 29): lists ACLs (KIP-140).
 *
 * v1  pattern types (KIP-290), throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 * v3  user resources (KIP-373)
 */
import { api, array, int8, int16, int32, nullableString, since, string, struct, withDefault } from "../schema"

export const describeAcls = api({
  key: 29,
  name: "DescribeAcls",
  versions: [0, 3],
  flexibleFrom: 2,
  request: {
    resourceTypeFilter: int8,
    resourceNameFilter: nullableString,
    patternTypeFilter: since(1, withDefault(3, int8)),
    principalFilter: nullableString,
    hostFilter: nullableString,
    operation: int8,
    permissionType: int8,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        patternType: since(1, withDefault(3, int8)),
        acls: array(
          struct({
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
