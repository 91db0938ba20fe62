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
