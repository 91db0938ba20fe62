/**
 * ApiVersions (API key 18): asks which APIs and versions a broker speaks (KIP-35).
 *
 * v1  throttle time
 * v2  throttles after responding (KIP-219)
 * v3  flexible, though never the response's header; name and version of the client's software (KIP-511); features
 *     (KIP-584)
 * v4  features whose lowest version is 0 (KIP-1022)
 */
import { api, array, boolean, int16, int32, int64, since, string, struct, tagged } from "../schema"

export const apiVersions = api({
  key: 18,
  name: "ApiVersions",
  versions: [0, 4],
  flexibleFrom: 3,
  request: {
    clientSoftwareName: since(3, string),
    clientSoftwareVersion: since(3, string),
  },
  response: {
    errorCode: int16,
    apiKeys: array(
      struct({
        apiKey: int16,
        minVersion: int16,
        maxVersion: int16,
      }),
    ),
    throttleTimeMs: since(1, int32),
    supportedFeatures: tagged(
      0,
      3,
      array(
        struct({
          name: string,
          minVersion: int16,
          maxVersion: int16,
        }),
      ),
    ),
    finalizedFeaturesEpoch: tagged(1, 3, int64, -1),
    finalizedFeatures: tagged(
      2,
      3,
      array(
        struct({
          name: string,
          maxVersionLevel: int16,
          minVersionLevel: int16,
        }),
      ),
    ),
    zkMigrationReady: tagged(3, 3, boolean),
  },
})
