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
  tagged,
  uuid,
  withDefault,
} from "../schema"

export const createTopics = api({
  key: 19,
  name: "CreateTopics",
  versions: [0, 7],
  flexibleFrom: 5,
  request: {
    topics: array(
      struct({
        name: string,
        numPartitions: int32,
        replicationFactor: int16,
        assignments: array(
          struct({
            partitionIndex: int32,
            brokerIds: array(int32),
          }),
        ),
        configs: array(
          struct({
            name: string,
            value: nullableString,
          }),
        ),
      }),
    ),
    timeoutMs: withDefault(60000, int32),
    validateOnly: since(1, boolean),
  },
  response: {
    throttleTimeMs: since(2, int32),
    topics: array(
      struct({
        name: string,
        topicId: since(7, uuid),
        errorCode: int16,
        errorMessage: since(1, nullableString),
        topicConfigErrorCode: tagged(0, 5, int16),
        numPartitions: since(5, withDefault(-1, int32)),
        replicationFactor: since(5, withDefault(-1, int16)),
        configs: since(
          5,
          nullableArray(
            struct({
              name: string,
              value: nullableString,
              readOnly: boolean,
              configSource: withDefault(-1, int8),
              isSensitive: boolean,
            }),
          ),
        ),
      }),
    ),
  },
})
