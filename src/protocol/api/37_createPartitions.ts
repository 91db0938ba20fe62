/**
 * CreatePartitions (API key 37): adds partitions to topics (KIP-195).
 *
 * v1  throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 * v3  may answer THROTTLING_QUOTA_EXCEEDED (KIP-599)
 */
import { api, array, boolean, int16, int32, nullableArray, nullableString, string, struct } from "../schema"

export const createPartitions = api({
  key: 37,
  name: "CreatePartitions",
  versions: [0, 3],
  flexibleFrom: 2,
  request: {
    topics: array(
      struct({
        name: string,
        count: int32,
        assignments: nullableArray(
          struct({
            brokerIds: array(int32),
          }),
        ),
      }),
    ),
    timeoutMs: int32,
    validateOnly: boolean,
  },
  response: {
    throttleTimeMs: int32,
    results: array(
      struct({
        name: string,
        errorCode: int16,
        errorMessage: nullableString,
      }),
    ),
  },
})
