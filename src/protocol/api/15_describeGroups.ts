/**
 * DescribeGroups (API key 15): shows classic groups with their members.
 *
 * v1  throttle time
 * v2  throttles after responding (KIP-219)
 * v3  authorized operations (KIP-430)
 * v4  group instance ids (KIP-345)
 * v5  flexible (KIP-482)
 * v6  error message; may answer GROUP_ID_NOT_FOUND (KIP-1043)
 */
import { api, array, boolean, bytes, int16, int32, nullableString, since, string, struct, withDefault } from "../schema"

export const describeGroups = api({
  key: 15,
  name: "DescribeGroups",
  versions: [0, 6],
  flexibleFrom: 5,
  request: {
    groups: array(string),
    includeAuthorizedOperations: since(3, boolean),
  },
  response: {
    throttleTimeMs: since(1, int32),
    groups: array(
      struct({
        errorCode: int16,
        errorMessage: since(6, nullableString),
        groupId: string,
        groupState: string,
        protocolType: string,
        protocolData: string,
        members: array(
          struct({
            memberId: string,
            groupInstanceId: since(4, nullableString),
            clientId: string,
            clientHost: string,
            memberMetadata: bytes,
            memberAssignment: bytes,
          }),
        ),
        authorizedOperations: since(3, withDefault(-2147483648, int32)),
      }),
    ),
  },
})
