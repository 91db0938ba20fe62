/**
 * ConsumerGroupTargetAssignmentMemberKey and ConsumerGroupTargetAssignmentMemberValue: the partitions that one member
 * is to have (KIP-848).
 */
import { array, int32, type RecordOf, record, string, struct, uuid } from "../schema"

export const consumerGroupTargetAssignmentMemberKey = record({
  name: "ConsumerGroupTargetAssignmentMemberKey",
  apiKey: 7,
  versions: [0, 0],
  fields: {
    groupId: string,
    memberId: string,
  },
})
export type ConsumerGroupTargetAssignmentMemberKey = RecordOf<typeof consumerGroupTargetAssignmentMemberKey>

export const consumerGroupTargetAssignmentMemberValue = record({
  name: "ConsumerGroupTargetAssignmentMemberValue",
  apiKey: 7,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topicPartitions: array(
      struct({
        topicId: uuid,
        partitions: array(int32),
      }),
    ),
  },
})
export type ConsumerGroupTargetAssignmentMemberValue = RecordOf<typeof consumerGroupTargetAssignmentMemberValue>
