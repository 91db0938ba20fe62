/**
 * DescribeTopicPartitions (API key 75): shows topics with their partitions, page by page (KIP-966).
 */
import {
  api,
  array,
  boolean,
  int16,
  int32,
  nullableArray,
  nullableString,
  nullableStruct,
  string,
  struct,
  uuid,
  withDefault,
} from "../schema"

export const describeTopicPartitions = api({
  key: 75,
  name: "DescribeTopicPartitions",
  versions: [0, 0],
  flexibleFrom: 0,
  request: {
    topics: array(
      struct({
        name: string,
      }),
    ),
    responsePartitionLimit: withDefault(2000, int32),
    cursor: nullableStruct({
      topicName: string,
      partitionIndex: int32,
    }),
  },
  response: {
    throttleTimeMs: int32,
    topics: array(
      struct({
        errorCode: int16,
        name: nullableString,
        topicId: uuid,
        isInternal: boolean,
        partitions: array(
          struct({
            errorCode: int16,
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: withDefault(-1, int32),
            replicaNodes: array(int32),
            isrNodes: array(int32),
            eligibleLeaderReplicas: nullableArray(int32),
            lastKnownElr: nullableArray(int32),
            offlineReplicas: array(int32),
          }),
        ),
        topicAuthorizedOperations: withDefault(-2147483648, int32),
      }),
    ),
    nextCursor: nullableStruct({
      topicName: string,
      partitionIndex: int32,
    }),
  },
})
