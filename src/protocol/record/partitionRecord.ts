/**
 * PartitionRecord: a partition as a whole: replicas, in-sync replicas, leader.
 *
 * v1    log directories of the replicas (KIP-858)
 * v2    eligible leader replicas (KIP-966)
 */
import { array, int8, int32, nullableArray, type RecordOf, record, since, tagged, uuid, withDefault } from "../schema"

export const partitionRecord = record({
  name: "PartitionRecord",
  apiKey: 3,
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    partitionId: withDefault(-1, int32),
    topicId: uuid,
    replicas: array(int32),
    isr: array(int32),
    removingReplicas: array(int32),
    addingReplicas: array(int32),
    leader: withDefault(-1, int32),
    leaderRecoveryState: tagged(0, 0, int8),
    leaderEpoch: withDefault(-1, int32),
    partitionEpoch: withDefault(-1, int32),
    directories: since(1, array(uuid)),
    eligibleLeaderReplicas: tagged(1, 2, nullableArray(int32)),
    lastKnownElr: tagged(2, 2, nullableArray(int32)),
  },
})
export type PartitionRecord = RecordOf<typeof partitionRecord>
