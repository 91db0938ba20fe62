/**
 * FetchSnapshot (API key 59): reads a piece of a metadata snapshot (KIP-630).
 *
 * v1  directory id, leader's addresses (KIP-853)
 */
import {
  api,
  array,
  bytes,
  int16,
  int32,
  int64,
  nullableString,
  string,
  struct,
  tagged,
  uint16,
  uuid,
  withDefault,
} from "../schema"

export const fetchSnapshot = api({
  key: 59,
  name: "FetchSnapshot",
  versions: [0, 1],
  flexibleFrom: 0,
  request: {
    clusterId: tagged(0, 0, nullableString),
    replicaId: withDefault(-1, int32),
    maxBytes: withDefault(2147483647, int32),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partition: int32,
            currentLeaderEpoch: int32,
            snapshotId: struct({
              endOffset: int64,
              epoch: int32,
            }),
            position: int64,
            replicaDirectoryId: tagged(0, 1, uuid),
          }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            index: int32,
            errorCode: int16,
            snapshotId: struct({
              endOffset: int64,
              epoch: int32,
            }),
            currentLeader: tagged(
              0,
              0,
              struct({
                leaderId: int32,
                leaderEpoch: int32,
              }),
            ),
            size: int64,
            position: int64,
            unalignedRecords: bytes,
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
