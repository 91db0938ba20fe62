/**
 * ConsumerGroupMetadataKey and ConsumerGroupMetadataValue: the epoch of a consumer group (KIP-848).
 */
import { int32, int64, type RecordOf, record, string, tagged } from "../schema"

export const consumerGroupMetadataKey = record({
  name: "ConsumerGroupMetadataKey",
  apiKey: 3,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})
export type ConsumerGroupMetadataKey = RecordOf<typeof consumerGroupMetadataKey>

export const consumerGroupMetadataValue = record({
  name: "ConsumerGroupMetadataValue",
  apiKey: 3,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    epoch: int32,
    metadataHash: tagged(0, 0, int64),
  },
})
export type ConsumerGroupMetadataValue = RecordOf<typeof consumerGroupMetadataValue>
