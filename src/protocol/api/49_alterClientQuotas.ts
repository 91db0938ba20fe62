/**
 * AlterClientQuotas (API key 49): changes quotas (KIP-546).
 *
 * v1  flexible (KIP-482)
 */
import { api, array, boolean, float64, int16, int32, nullableString, string, struct } from "../schema"

export const alterClientQuotas = api({
  key: 49,
  name: "AlterClientQuotas",
  versions: [0, 1],
  flexibleFrom: 1,
  request: {
    entries: array(
      struct({
        entity: array(
          struct({
            entityType: string,
            entityName: nullableString,
          }),
        ),
        ops: array(
          struct({
            key: string,
            value: float64,
            remove: boolean,
          }),
        ),
      }),
    ),
    validateOnly: boolean,
  },
  response: {
    throttleTimeMs: int32,
    entries: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        entity: array(
          struct({
            entityType: string,
            entityName: nullableString,
          }),
        ),
      }),
    ),
  },
})
