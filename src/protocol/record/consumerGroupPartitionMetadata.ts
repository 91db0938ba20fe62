/**
 * ConsumerGroupPartitionMetadataKey and ConsumerGroupPartitionMetadataValue: the topics that a consumer group
 * subscribes to. Old: 4.1 keeps a hash in the group's metadata (KIP-1101).
 */
import { array, int32, type RecordOf, record, string, struct, uuid } from "../schema"

export const consumerGroupPartitionMetadataKey = record({
  name: "ConsumerGroupPartitionMetadataKey",
  apiKey: 4,
  versions: [0, 0],
  fields: {
    groupId: string,
  },
})
export type ConsumerGroupPartitionMetadataKey = RecordOf<typeof consumerGroupPartitionMetadataKey>

export const consumerGroupPartitionMetadataValue = record({
  name: "ConsumerGroupPartitionMetadataValue",
  apiKey: 4,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topics: array(
      struct({
        topicId: uuid,
        topicName: string,
        numPartitions: int32,
        partitionMetadata: array(
          struct({
            partition: int32,
            racks: array(string),
          }),
        ),
      }),
    ),
  },
})
export type ConsumerGroupPartitionMetadataValue = RecordOf<typeof consumerGroupPartitionMetadataValue>
