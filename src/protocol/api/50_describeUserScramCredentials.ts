/**
 * DescribeUserScramCredentials (API key 50): lists users with SCRAM credentials, without the credentials (KIP-554).
 */
import { api, array, int8, int16, int32, nullableArray, nullableString, string, struct } from "../schema"

export const describeUserScramCredentials = api({
  key: 50,
  name: "DescribeUserScramCredentials",
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    users: nullableArray(
      struct({
        name: string,
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
    results: array(
      struct({
        user: string,
        errorCode: int16,
        errorMessage: nullableString,
        credentialInfos: array(
          struct({
            mechanism: int8,
            iterations: int32,
          }),
        ),
      }),
    ),
  },
})
