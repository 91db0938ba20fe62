import {
  api,
  array,
  between,
  boolean,
  int16,
  int32,
  nullableArray,
  nullableSince,
  nullableString,
  since,
  string,
  struct,
  uuid,
  withDefault,
} from "../schema"

export const metadata = api({
  key: 3,
  name: "Metadata",
  versions: [0, 13],
  flexibleFrom: 9,
  request: {
    topics: nullableSince(
      1,
      nullableArray(
        struct({
          topicId: since(10, uuid),
          name: nullableSince(10, nullableString),
        }),
      ),
    ),
    allowAutoTopicCreation: since(4, withDefault(true, boolean)),
    includeClusterAuthorizedOperations: between(8, 10, boolean),
    includeTopicAuthorizedOperations: since(8, boolean),
  },
  response: {
    throttleTimeMs: since(3, int32),
    brokers: array(
      struct({
        nodeId: int32,
        host: string,
        port: int32,
        rack: since(1, nullableString),
      }),
    ),
    clusterId: since(2, nullableString),
    controllerId: since(1, withDefault(-1, int32)),
    topics: array(
      struct({
        errorCode: int16,
        name: nullableSince(12, nullableString),
        topicId: since(10, uuid),
        isInternal: since(1, boolean),
        partitions: array(
          struct({
            errorCode: int16,
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: since(7, withDefault(-1, int32)),
            replicaNodes: array(int32),
            isrNodes: array(int32),
            offlineReplicas: since(5, array(int32)),
          }),
        ),
        topicAuthorizedOperations: since(8, withDefault(-2147483648, int32)),
      }),
    ),
    clusterAuthorizedOperations: between(8, 10, withDefault(-2147483648, int32)),
    errorCode: since(13, int16),
  },
})
