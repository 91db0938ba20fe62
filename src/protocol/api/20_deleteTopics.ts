/**
 * DeleteTopics (API key 20): deletes topics (KIP-4).
 *
 * v1  throttle time
 * v2  throttles after responding (KIP-219)
 * v3  may answer TOPIC_DELETION_DISABLED (KIP-322)
 * v4  flexible (KIP-482)
 * v5  error message; may answer THROTTLING_QUOTA_EXCEEDED (KIP-599)
 * v6  topic ids (KIP-516)
 */
import { api, array, int16, int32, nullableSince, nullableString, since, string, struct, until, uuid } from "../schema"

export const deleteTopics = api({
  key: 20,
  name: "DeleteTopics",
  versions: [0, 6],
  flexibleFrom: 4,
  request: {
    topics: since(
      6,
      array(
        struct({
          name: nullableString,
          topicId: uuid,
        }),
      ),
    ),
    topicNames: until(5, array(string)),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: since(1, int32),
    responses: array(
      struct({
        name: nullableSince(6, nullableString),
        topicId: since(6, uuid),
        errorCode: int16,
        errorMessage: since(5, nullableString),
      }),
    ),
  },
})
