/**
 * AlterUserScramCredentials (API key 51): creates and deletes users' SCRAM credentials (KIP-554).
 */
import { api, array, bytes, int8, int16, int32, nullableString, string, struct } from "../schema"

export const alterUserScramCredentials = api({
  key: 51,
  name: "AlterUserScramCredentials",
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    deletions: array(
      struct({
        name: string,
        mechanism: int8,
      }),
    ),
    upsertions: array(
      struct({
        name: string,
        mechanism: int8,
        iterations: int32,
        salt: bytes,
        saltedPassword: bytes,
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    results: array(
      struct({
        user: string,
        errorCode: int16,
        errorMessage: nullableString,
      }),
    ),
  },
})
