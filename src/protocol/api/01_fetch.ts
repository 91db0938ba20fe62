/**
 * Fetch (API key 1): reads record batches from partitions, for consumers and for followers.
 *
 * v4   isolation level, aborted transactions (KIP-98); older ones went with 4.0 (KIP-896)
 * v5   log start offset (KIP-107)
 * v7   fetch sessions (KIP-227)
 * v8   throttles after responding (KIP-219)
 * v9   current leader epoch (KIP-320)
 * v10  zstd (KIP-110)
 * v11  rack, preferred read replica (KIP-392)
 * v12  flexible (KIP-482), diverging epoch and current leader (KIP-595)
 * v13  topic ids instead of names (KIP-516)
 * v14  may answer OFFSET_MOVED_TO_TIERED_STORAGE (KIP-405)
 * v15  replica state instead of replica id (KIP-903)
 * v16  addresses of the current leaders (KIP-951)
 * v17  directory id of a voter (KIP-853)
 * v18  the follower's high watermark (KIP-1166)
 */
import {
  api,
  array,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  records,
  since,
  string,
  struct,
  tagged,
  until,
  uuid,
  withDefault,
} from "../schema"

export const fetch = api({
  key: 1,
  name: "Fetch",
  versions: [4, 18],
  flexibleFrom: 12,
  request: {
    clusterId: tagged(0, 12, nullableString),
    replicaId: until(14, withDefault(-1, int32)),
    replicaState: tagged(
      1,
      15,
      struct({
        replicaId: withDefault(-1, int32),
        replicaEpoch: withDefault(-1, int64),
      }),
    ),
    maxWaitMs: int32,
    minBytes: int32,
    maxBytes: withDefault(2147483647, int32),
    isolationLevel: int8,
    sessionId: since(7, int32),
    sessionEpoch: since(7, withDefault(-1, int32)),
    topics: array(
      struct({
        topic: until(12, string),
        topicId: since(13, uuid),
        partitions: array(
          struct({
            partition: int32,
            currentLeaderEpoch: since(9, withDefault(-1, int32)),
            fetchOffset: int64,
            lastFetchedEpoch: since(12, withDefault(-1, int32)),
            logStartOffset: since(5, withDefault(-1, int64)),
            partitionMaxBytes: int32,
            replicaDirectoryId: tagged(0, 17, uuid),
            highWatermark: tagged(1, 18, int64, 9223372036854776000),
          }),
        ),
      }),
    ),
    forgottenTopicsData: since(
      7,
      array(
        struct({
          topic: until(12, string),
          topicId: since(13, uuid),
          partitions: array(int32),
        }),
      ),
    ),
    rackId: since(11, string),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: since(7, int16),
    sessionId: since(7, int32),
    responses: array(
      struct({
        topic: until(12, string),
        topicId: since(13, uuid),
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            highWatermark: int64,
            lastStableOffset: withDefault(-1, int64),
            logStartOffset: since(5, withDefault(-1, int64)),
            divergingEpoch: tagged(
              0,
              12,
              struct({
                epoch: withDefault(-1, int32),
                endOffset: withDefault(-1, int64),
              }),
            ),
            currentLeader: tagged(
              1,
              12,
              struct({
                leaderId: withDefault(-1, int32),
                leaderEpoch: withDefault(-1, int32),
              }),
            ),
            snapshotId: tagged(
              2,
              12,
              struct({
                endOffset: withDefault(-1, int64),
                epoch: withDefault(-1, int32),
              }),
            ),
            abortedTransactions: nullableArray(
              struct({
                producerId: int64,
                firstOffset: int64,
              }),
            ),
            preferredReadReplica: since(11, withDefault(-1, int32)),
            records: records,
          }),
        ),
      }),
    ),
    nodeEndpoints: tagged(
      0,
      16,
      array(
        struct({
          nodeId: int32,
          host: string,
          port: int32,
          rack: nullableString,
        }),
      ),
    ),
  },
})
