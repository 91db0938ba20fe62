/**
 * CreateTopics (API key 19): creates topics (KIP-4).
 *
 * v1  validation alone, error messages
 * v2  throttle time
 * v3  throttles after responding (KIP-219)
 * v4  -1 asks for the broker's default partitions and replication factor (KIP-464)
 * v5  flexible (KIP-482), tells the configuration in the response (KIP-525)
 * v6  may answer THROTTLING_QUOTA_EXCEEDED (KIP-599)
 * v7  topic id in the response (KIP-516)
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
