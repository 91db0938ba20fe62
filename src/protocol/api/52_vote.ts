/**
 * Vote (API key 52): asks a voter of the quorum for its vote (KIP-595).
 *
 * v1  voter key and directory ids (KIP-853)
 * v2  pre-vote, which changes nobody's epoch (KIP-996)
 */
import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  nullableString,
  since,
  string,
  struct,
  tagged,
  uint16,
  uuid,
  withDefault,
} from "../schema"

export const vote = api({
  key: 52,
  name: "Vote",
  versions: [0, 2],
  flexibleFrom: 0,
  request: {
    clusterId: nullableString,
    voterId: since(1, withDefault(-1, int32)),
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            replicaEpoch: int32,
            replicaId: int32,
            replicaDirectoryId: since(1, uuid),
            voterDirectoryId: since(1, uuid),
            lastOffsetEpoch: int32,
            lastOffset: int64,
            preVote: since(2, boolean),
          }),
        ),
      }),
    ),
  },
  response: {
    errorCode: int16,
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            leaderId: int32,
            leaderEpoch: int32,
            voteGranted: boolean,
          }),
        ),
      }),
    ),
    nodeEndpoints: tagged(
      0,
      1,
      array(
        struct({
          nodeId: int32,
          host: string,
          port: uint16,
        }),
      ),
    ),
  },
})
