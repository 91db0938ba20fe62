/**
 * UpdateFeatures (API key 57): changes finalized features (KIP-584).
 *
 * v1  kind of change, validation alone (KIP-778)
 * v2  no results for single features (KIP-1022)
 */
import {
  api,
  array,
  boolean,
  int8,
  int16,
  int32,
  nullableString,
  since,
  string,
  struct,
  until,
  withDefault,
} from "../schema"

export const updateFeatures = api({
  key: 57,
  name: "UpdateFeatures",
  versions: [0, 2],
  flexibleFrom: 0,
  request: {
    timeoutMs: withDefault(60000, int32),
    featureUpdates: array(
      struct({
        feature: string,
        maxVersionLevel: int16,
        allowDowngrade: until(0, boolean),
        upgradeType: since(1, withDefault(1, int8)),
      }),
    ),
    validateOnly: since(1, boolean),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
    results: until(
      1,
      array(
        struct({
          feature: string,
          errorCode: int16,
          errorMessage: nullableString,
        }),
      ),
    ),
  },
})
