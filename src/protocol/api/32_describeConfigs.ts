/**
 * DescribeConfigs (API key 32): shows the configuration of topics and brokers (KIP-133).
 *
 * v1  synonyms: where a value comes from (KIP-226)
 * v2  throttles after responding (KIP-219)
 * v3  types and documentation (KIP-569)
 * v4  flexible (KIP-482)
 */
import {
  api,
  array,
  boolean,
  int8,
  int16,
  int32,
  nullableArray,
  nullableString,
  since,
  string,
  struct,
  until,
  withDefault,
} from "../schema"

export const describeConfigs = api({
  key: 32,
  name: "DescribeConfigs",
  versions: [0, 4],
  flexibleFrom: 4,
  request: {
    resources: array(
      struct({
        resourceType: int8,
        resourceName: string,
        configurationKeys: nullableArray(string),
      }),
    ),
    includeSynonyms: since(1, boolean),
    includeDocumentation: since(3, boolean),
  },
  response: {
    throttleTimeMs: int32,
    results: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        resourceType: int8,
        resourceName: string,
        configs: array(
          struct({
            name: string,
            value: nullableString,
            readOnly: boolean,
            isDefault: until(0, boolean),
            configSource: since(1, withDefault(-1, int8)),
            isSensitive: boolean,
            synonyms: since(
              1,
              array(
                struct({
                  name: string,
                  value: nullableString,
                  source: int8,
                }),
              ),
            ),
            configType: since(3, int8),
            documentation: since(3, nullableString),
          }),
        ),
      }),
    ),
  },
})
