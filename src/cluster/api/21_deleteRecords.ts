/**
 * DeleteRecords: moves the start of a log forward; -1 stands for the high watermark.
 * Kafka: KafkaApis.handleDeleteRecordsRequest, ReplicaManager.deleteRecords. Not implemented: nothing.
 */
import { deleteRecords } from "../../protocol/api/21_deleteRecords"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { INTERNAL_TOPICS } from "../state/topicName"

type Topic = ElementOf<RequestOf<typeof deleteRecords>["topics"]>
type Answer = ElementOf<ElementOf<ResponseInput<typeof deleteRecords>["topics"]>["partitions"]>

export const onDeleteRecords = handler(deleteRecords, async (request, services) => {
  const topics = request.topics.map(async (topic) => ({
    name: topic.name,
    partitions: await Promise.all(deleteFromTopic(topic, request.timeoutMs, services)),
  }))
  return { topics: await Promise.all(topics) }
})

function deleteFromTopic({ name, partitions }: Topic, timeoutMs: number, services: Services) {
  const refusal = refuseTopic(name, services)
  return partitions.map(async ({ partitionIndex, offset }): Promise<Answer> => {
    if (refusal !== undefined) return { partitionIndex, lowWatermark: -1, errorCode: refusal }
    const partition = services.replicas.leader(name, partitionIndex)
    if (typeof partition === "number") return { partitionIndex, lowWatermark: -1, errorCode: partition }
    return { partitionIndex, ...(await partition.deleteRecords(offset, timeoutMs)) }
  })
}

function refuseTopic(name: string, { acl, config, metadata }: Services): ErrorCode | undefined {
  if (!acl.mayDelete("topic", name)) return ErrorCode.TopicAuthorizationFailed
  if (!metadata.topic(name)) return ErrorCode.UnknownTopicOrPartition
  if (INTERNAL_TOPICS.has(name)) return ErrorCode.InvalidTopicException
  // UnifiedLog.maybeIncrementLogStartOffset: only a log whose old segments may be deleted can lose its head.
  const policies = (config.topicValue(name, "cleanup.policy") ?? "delete").split(",").map((policy) => policy.trim())
  return policies.includes("delete") ? undefined : ErrorCode.PolicyViolation
}
