/**
 * Heartbeat (API key 12): a classic group member says that it is alive.
 *
 * v0  group id, generation, member id
 * v1  throttle time in the response
 * v2  throttles after responding (KIP-219)
 * v3  group instance id: static membership (KIP-345)
 * v4  flexible (KIP-482)
 */
import { api, int16, int32, nullableString, since, string } from "../schema"

export const heartbeat = api({
  key: 12,
  name: "Heartbeat",
  versions: [0, 4],
  flexibleFrom: 4,
  request: {
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullableString),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: int16,
  },
})
