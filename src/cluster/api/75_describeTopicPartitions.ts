/**
 * DescribeTopicPartitions: topics page by page, with eligible leader replicas (KIP-966).
 * Kafka: DescribeTopicPartitionsRequestHandler. Not implemented: nothing.
 */
import { describeTopicPartitions } from "../../protocol/api/75_describeTopicPartitions"
import { ErrorCode } from "../../protocol/errorCodes"
import { type ElementOf, type RequestOf, type ResponseInput, zeroUuid } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import type { PartitionImage } from "../state/metadata/imageEntries"
import { INTERNAL_TOPICS } from "../state/topicName"
import { authorizedOperations } from "./authorizedOperations"

type Request = RequestOf<typeof describeTopicPartitions>
type TopicAnswer = ElementOf<ResponseInput<typeof describeTopicPartitions>["topics"]>

/** Broker config max.request.partition.size.limit. */
const LIMIT_CONFIG = "max.request.partition.size.limit"

export const onDescribeTopicPartitions = handler(describeTopicPartitions, (request, services) => {
  const { acl, config, metadata } = services
  const limit = Math.max(1, Math.min(config.number(LIMIT_CONFIG), request.responsePartitionLimit))
  const topics: TopicAnswer[] = []
  let left = limit
  for (const name of namesFrom(request, services)) {
    if (!acl.mayDescribe("topic", name)) {
      // Only one that was asked for by name is refused by name, and without its id.
      if (request.topics.length > 0) topics.push(refused(name, ErrorCode.TopicAuthorizationFailed))
      continue
    }
    const topic = metadata.topic(name)
    if (!topic) {
      topics.push(refused(name, ErrorCode.UnknownTopicOrPartition))
      continue
    }
    const first = request.cursor?.topicName === name ? request.cursor.partitionIndex : 0
    if (left === 0) return { topics, nextCursor: { topicName: name, partitionIndex: first } }
    const page = topic.partitions.slice(first, first + left)
    topics.push({
      errorCode: ErrorCode.None,
      name,
      topicId: topic.id,
      isInternal: INTERNAL_TOPICS.has(name),
      partitions: page.map((partition) => describePartition(partition, services)),
      topicAuthorizedOperations: authorizedOperations(acl, "topic", name),
    })
    left -= page.length
    if (first + page.length < topic.partitions.length) {
      return { topics, nextCursor: { topicName: name, partitionIndex: first + page.length } }
    }
  }
  return { topics, nextCursor: null }
})

/** In alphabetical order, so that a cursor has a meaning; from the cursor's topic on. */
function namesFrom({ topics, cursor }: Request, { metadata }: Services): string[] {
  const names = topics.length === 0 ? [...metadata.topics.keys()] : topics.map(({ name }) => name)
  return [...new Set(names)].filter((name) => cursor === null || name >= cursor.topicName).sort()
}

function refused(name: string, errorCode: ErrorCode): TopicAnswer {
  return { errorCode, name, topicId: zeroUuid, isInternal: INTERNAL_TOPICS.has(name), partitions: [] }
}

function describePartition(partition: PartitionImage, { metadata }: Services) {
  const { index, leader, leaderEpoch, replicas, isr, elr, lastKnownElr } = partition
  return {
    errorCode: metadata.isLive(leader) ? ErrorCode.None : ErrorCode.LeaderNotAvailable,
    partitionIndex: index,
    leaderId: leader,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: isr,
    eligibleLeaderReplicas: elr,
    lastKnownElr,
    offlineReplicas: replicas.filter((id) => !metadata.isLive(id)),
  }
}
