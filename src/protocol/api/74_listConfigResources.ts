/**
 * ListConfigResources (API key 74): lists resources that have a configuration (KIP-714).
 *
 * v0  client metrics alone, under the name ListClientMetricsResources
 * v1  resources of any type (KIP-1142)
 */
import { api, array, int8, int16, int32, since, string, struct, withDefault } from "../schema"

export const listConfigResources = api({
  key: 74,
  name: "ListConfigResources",
  versions: [0, 1],
  flexibleFrom: 0,
  request: {
    resourceTypes: since(1, array(int8)),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    configResources: array(
      struct({
        resourceName: string,
        resourceType: since(1, withDefault(16, int8)),
      }),
    ),
  },
})
