/**
 * ConsumerGroupTargetAssignmentMetadataKey and ConsumerGroupTargetAssignmentMetadataValue: the epoch for which a
 * target assignment was computed (KIP-848).
 */
import { int32, type RecordOf, record, string } from "../schema"

export const consumerGroupTargetAssignmentMetadataKey = record({
  name: "ConsumerGroupTargetAssignmentMetadataKey",
  apiKey: 6,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})
export type ConsumerGroupTargetAssignmentMetadataKey = RecordOf<typeof consumerGroupTargetAssignmentMetadataKey>

export const consumerGroupTargetAssignmentMetadataValue = record({
  name: "ConsumerGroupTargetAssignmentMetadataValue",
  apiKey: 6,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    assignmentEpoch: int32,
  },
})
export type ConsumerGroupTargetAssignmentMetadataValue = RecordOf<typeof consumerGroupTargetAssignmentMetadataValue>
