/**
 * SyncGroup (API key 14): hands in the leader's assignment of a classic group, and waits for one's own part of it.
 *
 * v1  throttle time
 * v2  throttles after responding (KIP-219)
 * v3  group instance id: static membership (KIP-345)
 * v4  flexible (KIP-482)
 * v5  protocol type and name (KIP-559)
 */
import { api, array, bytes, int16, int32, nullableString, since, string, struct } from "../schema"

export const syncGroup = api({
  key: 14,
  name: "SyncGroup",
  versions: [0, 5],
  flexibleFrom: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullableString),
    protocolType: since(5, nullableString),
    protocolName: since(5, nullableString),
    assignments: array(
      struct({
        memberId: string,
        assignment: bytes,
      }),
    ),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: int16,
    protocolType: since(5, nullableString),
    protocolName: since(5, nullableString),
    assignment: bytes,
  },
})
