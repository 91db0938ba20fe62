/**
 * AlterConfigs (API key 33): replaces the configuration of topics and brokers as a whole (KIP-133).
 *
 * v1  throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 */
import { api, array, boolean, int8, int16, int32, nullableString, string, struct } from "../schema"

export const alterConfigs = api({
  key: 33,
  name: "AlterConfigs",
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configs: array(
          struct({
            name: string,
            value: nullableString,
          }),
        ),
      }),
    ),
    validateOnly: boolean,
  },
  response: {
    throttleTimeMs: int32,
    responses: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        resourceType: int8,
        resourceName: string,
      }),
    ),
  },
})
