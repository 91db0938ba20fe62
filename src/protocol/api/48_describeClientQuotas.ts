/**
 * DescribeClientQuotas (API key 48): lists quotas (KIP-546).
 *
 * v1  flexible (KIP-482)
 */
import {
  api,
  array,
  boolean,
  float64,
  int8,
  int16,
  int32,
  nullableArray,
  nullableString,
  string,
  struct,
} from "../schema"

export const describeClientQuotas = api({
  key: 48,
  name: "DescribeClientQuotas",
  versions: [0, 1],
  flexibleFrom: 1,
  request: {
    components: array(
      struct({
        entityType: string,
        matchType: int8,
        match: nullableString,
      }),
    ),
    strict: boolean,
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
    entries: nullableArray(
      struct({
        entity: array(
          struct({
            entityType: string,
            entityName: nullableString,
          }),
        ),
        values: array(
          struct({
            key: string,
            value: float64,
          }),
        ),
      }),
    ),
  },
})
