/**
 * FindCoordinator (API key 10): finds the broker that coordinates a group or a transactional id.
 *
 * v1  key type, error message, throttle time (KIP-98)
 * v2  throttles after responding (KIP-219)
 * v3  flexible (KIP-482)
 * v4  several keys at once (KIP-699)
 * v5  may answer TRANSACTION_ABORTABLE (KIP-890)
 * v6  share groups (KIP-932)
 */
import { api, array, between, int8, int16, int32, nullableString, since, string, struct, until } from "../schema"

export const findCoordinator = api({
  key: 10,
  name: "FindCoordinator",
  versions: [0, 6],
  flexibleFrom: 3,
  request: {
    key: until(3, string),
    keyType: since(1, int8),
    coordinatorKeys: since(4, array(string)),
  },
  response: {
    throttleTimeMs: since(1, int32),
    errorCode: until(3, int16),
    errorMessage: between(1, 3, nullableString),
    nodeId: until(3, int32),
    host: until(3, string),
    port: until(3, int32),
    coordinators: since(
      4,
      array(
        struct({
          key: string,
          nodeId: int32,
          host: string,
          port: int32,
          errorCode: int16,
          errorMessage: nullableString,
        }),
      ),
    ),
  },
})
