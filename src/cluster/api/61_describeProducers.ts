/**
 * DescribeProducers: what a leader remembers of the producers of a partition (KIP-664).
 * Kafka: KafkaApis.handleDescribeProducersRequest. Not implemented: nothing.
 */
import { describeProducers } from "../../protocol/api/61_describeProducers"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"

export const onDescribeProducers = handler(describeProducers, (request, { acl, metadata, replicas }) => ({
  topics: request.topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => {
      if (!acl.mayRead("topic", name)) return { partitionIndex, errorCode: ErrorCode.TopicAuthorizationFailed }
      if (!metadata.partition(name, partitionIndex)) {
        return { partitionIndex, errorCode: ErrorCode.UnknownTopicOrPartition }
      }
      const partition = replicas.leader(name, partitionIndex)
      if (typeof partition === "number") return { partitionIndex, errorCode: partition }
      return { partitionIndex, activeProducers: partition.log.producers() }
    }),
  })),
}))
