/**
 * LeaveGroup (API key 13): leaves a classic group.
 *
 * v1  throttle time
 * v2  throttles after responding (KIP-219)
 * v3  several members at once, by group instance id too (KIP-345)
 * v4  flexible (KIP-482)
 * v5  reason (KIP-800)
 */
import { api, array, int16, int32, nullableString, since, string, struct, until } from "../schema"

export const leaveGroup = api({
  key: 13,
  name: "LeaveGroup",
  versions: [0, 5],
  flexibleFrom: 4,
  request: {
    groupId: string,
    memberId: until(2, string),
    members: since(
      3,
      array(
        struct({
          memberId: string,
          groupInstanceId: nullableString,
          reason: since(5, nullableString),
        }),
      ),
    ),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    members: since(
      3,
      array(
        struct({
          memberId: string,
          groupInstanceId: nullableString,
          errorCode: int16,
        }),
      ),
    ),
  },
})
