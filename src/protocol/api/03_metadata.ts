/**
 * Metadata (API key 3): tells which topics there are, and which brokers lead their partitions.
 *
 * v0   an empty list asks for all topics; later null does
 * v1   racks, controller, internal topics
 * v2   cluster id (KIP-78)
 * v3   throttle time
 * v4   auto creation is the client's choice (KIP-204)
 * v5   offline replicas (KIP-112)
 * v6   throttles after responding (KIP-219)
 * v7   leader epochs (KIP-320)
 * v8   authorized operations (KIP-430)
 * v9   flexible (KIP-482)
 * v10  topic ids in the response (KIP-516)
 * v11  the cluster's authorized operations moved to DescribeCluster (KIP-700)
 * v12  topic ids in the request (KIP-516)
 * v13  error of the whole response (KIP-1102)
 */
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
