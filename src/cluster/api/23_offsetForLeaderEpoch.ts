/**
 * OffsetForLeaderEpoch: where a leader epoch ended, so that a consumer notices that its log was truncated (KIP-320).
 * Kafka: KafkaApis.handleOffsetForLeaderEpochRequest. Not implemented: nothing.
 */
import { offsetForLeaderEpoch } from "../../protocol/api/23_offsetForLeaderEpoch"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"

export const onOffsetForLeaderEpoch = handler(offsetForLeaderEpoch, (request, { acl, replicas, metadata }) => ({
  topics: request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition: index, currentLeaderEpoch, leaderEpoch }) => {
      const isAllowed = request.replicaId >= 0 ? acl.mayActAsBroker() : acl.mayDescribe("topic", topic)
      if (!isAllowed) return { partition: index, errorCode: ErrorCode.TopicAuthorizationFailed }
      if (!metadata.partition(topic, index)) return { partition: index, errorCode: ErrorCode.UnknownTopicOrPartition }
      const partition = replicas.partition(topic, index)
      if (typeof partition === "number") return { partition: index, errorCode: partition }
      const errorCode = partition.checkLeader(currentLeaderEpoch)
      if (errorCode !== ErrorCode.None) return { partition: index, errorCode }
      const { epoch, endOffset } = partition.log.endOffsetForEpoch(leaderEpoch)
      return { partition: index, leaderEpoch: epoch, endOffset: epoch < 0 ? -1 : endOffset }
    }),
  })),
}))
