/**
 * DescribeQuorum (API key 55): shows the metadata quorum (KIP-595).
 *
 * v1  times of the last fetch and of having caught up (KIP-836)
 * v2  directory ids, addresses, error messages (KIP-853)
 */
import {
  api,
  array,
  int16,
  int32,
  int64,
  nullableString,
  since,
  string,
  struct,
  uint16,
  uuid,
  withDefault,
} from "../schema"

export const describeQuorum = api({
  key: 55,
  name: "DescribeQuorum",
  versions: [0, 2],
  flexibleFrom: 0,
  request: {
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
          }),
        ),
      }),
    ),
  },
  response: {
    errorCode: int16,
    errorMessage: since(2, nullableString),
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            errorMessage: since(2, nullableString),
            leaderId: int32,
            leaderEpoch: int32,
            highWatermark: int64,
            currentVoters: array(
              struct({
                replicaId: int32,
                replicaDirectoryId: since(2, uuid),
                logEndOffset: int64,
                lastFetchTimestamp: since(1, withDefault(-1, int64)),
                lastCaughtUpTimestamp: since(1, withDefault(-1, int64)),
              }),
            ),
            observers: array(
              struct({
                replicaId: int32,
                replicaDirectoryId: since(2, uuid),
                logEndOffset: int64,
                lastFetchTimestamp: since(1, withDefault(-1, int64)),
                lastCaughtUpTimestamp: since(1, withDefault(-1, int64)),
              }),
            ),
          }),
        ),
      }),
    ),
    nodes: since(
      2,
      array(
        struct({
          nodeId: int32,
          listeners: array(
            struct({
              name: string,
              host: string,
              port: uint16,
            }),
          ),
        }),
      ),
    ),
  },
})
