/**
 * ConsumerGroupCurrentMemberAssignmentKey and ConsumerGroupCurrentMemberAssignmentValue: the partitions that one
 * member has, and those that it still has to give up (KIP-848).
 */
import { array, int8, int32, type RecordOf, record, string, struct, uuid } from "../schema"

export const consumerGroupCurrentMemberAssignmentKey = record({
  name: "ConsumerGroupCurrentMemberAssignmentKey",
  apiKey: 8,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})
export type ConsumerGroupCurrentMemberAssignmentKey = RecordOf<typeof consumerGroupCurrentMemberAssignmentKey>

export const consumerGroupCurrentMemberAssignmentValue = record({
  name: "ConsumerGroupCurrentMemberAssignmentValue",
  apiKey: 8,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: array(
      struct({
        topicId: uuid,
        partitions: array(int32),
      }),
    ),
    partitionsPendingRevocation: array(
      struct({
        topicId: uuid,
        partitions: array(int32),
      }),
    ),
  },
})
export type ConsumerGroupCurrentMemberAssignmentValue = RecordOf<typeof consumerGroupCurrentMemberAssignmentValue>
