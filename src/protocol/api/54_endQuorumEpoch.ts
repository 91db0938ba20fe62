/**
 * EndQuorumEpoch (API key 54): a leader of the quorum gives up its epoch (KIP-595).
 *
 * v1  flexible; candidates with directory ids, leader's addresses (KIP-853)
 */
import { api, array, int16, int32, nullableString, since, string, struct, tagged, uint16, until, uuid } from "../schema"

export const endQuorumEpoch = api({
  key: 54,
  name: "EndQuorumEpoch",
  versions: [0, 1],
  flexibleFrom: 1,
  request: {
    clusterId: nullableString,
    topics: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            leaderId: int32,
            leaderEpoch: int32,
            preferredSuccessors: until(0, array(int32)),
            preferredCandidates: since(
              1,
              array(
                struct({
                  candidateId: int32,
                  candidateDirectoryId: uuid,
                }),
              ),
            ),
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
