import type { deleteTopics } from "../../../protocol/api/20_deleteTopics"
import type { createPartitions } from "../../../protocol/api/37_createPartitions"
import { ErrorCode } from "../../../protocol/errorCodes"
import { type ElementOf, type RequestOf, type ResponseInput, zeroUuid } from "../../../protocol/schema"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import type { MutationQuota } from "../quota/mutationQuota"
import type { ControllerState, Decision } from "./controllerState"
import { complaintAboutReplicas, newPartition, place } from "./createTopics"

/** Kafka: ControllerApis.deleteTopics. By name, or by id from version 6 on. */
export function decideDeleteTopics(
  { image }: ControllerState,
  request: RequestOf<typeof deleteTopics>,
  quota: MutationQuota,
): Decision<ResponseInput<typeof deleteTopics>> {
  const asked = [
    ...request.topics.map(({ name, topicId }) => ({ name, topicId })),
    ...request.topicNames.map((name) => ({ name, topicId: zeroUuid })),
  ]
  const records: MetadataRecord[] = []
  const responses = asked.map(({ name, topicId }) => {
    const topic = name === null ? image.topicById(topicId) : image.topic(name)
    if (!topic) {
      const errorCode = name === null ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition
      return { name, topicId, errorCode }
    }
    const found = { name: topic.name, topicId: topic.id }
    if (!quota.take(topic.partitions.length)) return { ...found, errorCode: ErrorCode.ThrottlingQuotaExceeded }
    records.push(metadataRecord("RemoveTopicRecord", { topicId: topic.id }))
    return found
  })
  return { records, response: { responses } }
}

type TopicAsked = ElementOf<RequestOf<typeof createPartitions>["topics"]>

/** Kafka: ReplicationControlManager.createPartitions. */
export function decideCreatePartitions(
  state: ControllerState,
  request: RequestOf<typeof createPartitions>,
  quota: MutationQuota,
): Decision<ResponseInput<typeof createPartitions>> {
  const records: MetadataRecord[] = []
  const results = request.topics.map((asked) => {
    const decided = addPartitions(state, asked, quota)
    if ("errorCode" in decided) return { name: asked.name, ...decided }
    records.push(...decided.records)
    return { name: asked.name }
  })
  return { records: request.validateOnly ? [] : records, response: { results } }
}

function addPartitions(
  state: ControllerState,
  { name, count, assignments }: TopicAsked,
  quota: MutationQuota,
): { readonly records: MetadataRecord[] } | { readonly errorCode: ErrorCode; readonly errorMessage: string | null } {
  const topic = state.image.topic(name)
  if (!topic) return { errorCode: ErrorCode.UnknownTopicOrPartition, errorMessage: null }
  const present = topic.partitions.length
  if (count === present) return invalidCount(`Topic already has ${present} partition(s).`)
  if (count < present) {
    return invalidCount(`The topic ${name} currently has ${present} partition(s); ${count} would not be an increase.`)
  }
  const added = count - present
  const factor = topic.partitions[0]?.replicas.length ?? 1
  if (assignments !== null && assignments.length !== added) {
    const errorMessage = `Attempted to add ${added} additional partition(s), but only ${assignments.length} assignment(s) were specified.`
    return { errorCode: ErrorCode.InvalidReplicaAssignment, errorMessage }
  }
  if (!quota.take(added)) return { errorCode: ErrorCode.ThrottlingQuotaExceeded, errorMessage: null }
  if (assignments !== null) {
    const complaint = assignments
      .map(({ brokerIds }) => complaintAboutReplicas(state.image, brokerIds, factor))
      .find((sentence) => sentence !== undefined)
    if (complaint) return { errorCode: ErrorCode.InvalidReplicaAssignment, errorMessage: complaint }
  }
  const placed =
    assignments === null ? place(state, added, factor) : { assignments: assignments.map(({ brokerIds }) => brokerIds) }
  if ("errorCode" in placed) return placed
  const records = placed.assignments.map((replicas, index) =>
    newPartition(state.image, topic.id, present + index, replicas),
  )
  return { records }
}

function invalidCount(errorMessage: string): { readonly errorCode: ErrorCode; readonly errorMessage: string } {
  return { errorCode: ErrorCode.InvalidPartitions, errorMessage }
}
