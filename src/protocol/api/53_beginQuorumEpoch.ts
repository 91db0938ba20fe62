/**
 * BeginQuorumEpoch (API key 53): a leader of the quorum announces its epoch (KIP-595).
 *
 * v1  flexible; voter key, leader's addresses (KIP-853)
 */
import {
  api,
  array,
  int16,
  int32,
  nullableString,
  since,
  string,
  struct,
  tagged,
  uint16,
  uuid,
  withDefault,
} from "../schema"

export const beginQuorumEpoch = api({
  key: 53,
  name: "BeginQuorumEpoch",
  versions: [0, 1],
  flexibleFrom: 1,
  request: {
    clusterId: nullableString,
    voterId: since(1, withDefault(-1, int32)),
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            voterDirectoryId: since(1, uuid),
            leaderId: int32,
            leaderEpoch: int32,
          }),
        ),
      }),
    ),
    leaderEndpoints: since(
      1,
      array(
        struct({
          name: string,
          host: string,
          port: uint16,
        }),
      ),
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
