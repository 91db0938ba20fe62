/**
 * PartitionChangeRecord: what changed of a partition; a field that is left out stays as it was.
 *
 * v1    log directories of the replicas (KIP-858)
 * v2    eligible leader replicas (KIP-966)
 */
import { int8, int32, nullableArray, type RecordOf, record, tagged, uuid, withDefault } from "../schema"

export const partitionChangeRecord = record({
  name: "PartitionChangeRecord",
  apiKey: 5,
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    partitionId: withDefault(-1, int32),
    topicId: uuid,
    isr: tagged(0, 0, nullableArray(int32)),
    leader: tagged(1, 0, int32, -2),
    replicas: tagged(2, 0, nullableArray(int32)),
    removingReplicas: tagged(3, 0, nullableArray(int32)),
    addingReplicas: tagged(4, 0, nullableArray(int32)),
    leaderRecoveryState: tagged(5, 0, int8, -1),
    directories: tagged(8, 1, nullableArray(uuid)),
    eligibleLeaderReplicas: tagged(6, 2, nullableArray(int32)),
    lastKnownElr: tagged(7, 2, nullableArray(int32)),
  },
})
export type PartitionChangeRecord = RecordOf<typeof partitionChangeRecord>
