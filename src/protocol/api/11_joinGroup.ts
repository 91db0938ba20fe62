/**
 * JoinGroup (API key 11): enters a classic group and waits for its next generation.
 *
 * v1  rebalance timeout (KIP-62)
 * v2  throttle time
 * v3  throttles after responding (KIP-219)
 * v4  a new member is first given its id (KIP-394)
 * v5  group instance id: static membership (KIP-345)
 * v6  flexible (KIP-482)
 * v7  protocol type in the response (KIP-559)
 * v8  reason (KIP-800)
 * v9  tells a static leader to skip the assignment (KIP-814)
 */
import {
  api,
  array,
  boolean,
  bytes,
  int16,
  int32,
  nullableSince,
  nullableString,
  since,
  string,
  struct,
  withDefault,
} from "../schema"

export const joinGroup = api({
  key: 11,
  name: "JoinGroup",
  versions: [0, 9],
  flexibleFrom: 6,
  request: {
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: since(1, withDefault(-1, int32)),
    memberId: string,
    groupInstanceId: since(5, nullableString),
    protocolType: string,
    protocols: array(
      struct({
        name: string,
        metadata: bytes,
      }),
    ),
    reason: since(8, nullableString),
  },
  response: {
    throttleTimeMs: since(2, int32),
    errorCode: int16,
    generationId: withDefault(-1, int32),
    protocolType: since(7, nullableString),
    protocolName: nullableSince(7, nullableString),
    leader: string,
    skipAssignment: since(9, boolean),
    memberId: string,
    members: array(
      struct({
        memberId: string,
        groupInstanceId: since(5, nullableString),
        metadata: bytes,
      }),
    ),
  },
})
