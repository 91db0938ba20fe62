/**
 * Produce: appends batches to partitions that this broker leads.
 * Kafka: KafkaApis.handleProduceRequest, ReplicaManager.appendRecords.
 * Versions 0 to 2 are advertised, because old librdkafka looks for them, and not served (KAFKA-18659).
 * Not implemented: nothing.
 */
import { produce } from "../../protocol/api/00_produce"
import { ErrorCode, errorName } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { INTERNAL_TOPICS } from "../state/topicName"
import { currentLeader, nodeEndpoints } from "./currentLeader"

type Request = RequestOf<typeof produce>
type Topic = ElementOf<Request["topicData"]>
type TopicAnswer = ElementOf<ResponseInput<typeof produce>["responses"]>
type PartitionAnswer = ElementOf<TopicAnswer["partitionResponses"]>

const OLDEST_SERVED_VERSION = 3

export const onProduce = handler(produce, (request, services) => {
  const { connection, version } = services
  if (version < OLDEST_SERVED_VERSION) {
    connection.close(`Produce version ${version} is not served`)
    return undefined
  }
  const refusal = refuseRequest(request, services)
  // Every append is made here, before the first await; what is left is waiting for the replicas.
  const topics = request.topicData.map((topic) => appendTopic(topic, request, refusal, services))
  const answered = Promise.all(topics).then((responses) => ({
    responses,
    ...(version >= 10 ? { nodeEndpoints: nodeEndpoints(responses.flatMap(leadersOf), services) } : {}),
  }))
  if (request.acks !== 0) return answered
  // acks=0 has no answer: closing the connection is the only way to say that something went wrong.
  void answered.then(({ responses }) => {
    const failed = responses.flatMap(({ partitionResponses = [] }) => partitionResponses).find((each) => each.errorCode)
    if (failed) connection.close(`acks=0 and the broker refused with ${errorName(failed.errorCode ?? 0)}`)
  })
  return undefined
})

/** What is wrong with the request as a whole. */
function refuseRequest(request: Request, { acl }: Services): ErrorCode | undefined {
  const { acks, transactionalId } = request
  const isTransactional = request.topicData.some(({ partitionData }) =>
    partitionData.some(({ records }) => records !== null && isTransactionalBatch(records)),
  )
  if (isTransactional && (transactionalId === null || !acl.mayWrite("transactionalId", transactionalId))) {
    return ErrorCode.TransactionalIdAuthorizationFailed
  }
  return acks === 0 || acks === 1 || acks === -1 ? undefined : ErrorCode.InvalidRequiredAcks
}

async function appendTopic(
  topic: Topic,
  request: Request,
  refusal: ErrorCode | undefined,
  services: Services,
): Promise<TopicAnswer> {
  const { metadata, version } = services
  const name = version >= 13 ? metadata.topicById(topic.topicId)?.name : topic.name
  const refused = refusal ?? refuseTopic(name, services)
  const partitions = topic.partitionData.map(({ index, records }) => {
    if (refused !== undefined || name === undefined) return { index, errorCode: refused ?? 0, baseOffset: -1 }
    return appendPartition(name, index, records, request, services)
  })
  const partitionResponses = await Promise.all(partitions)
  return version >= 13 ? { topicId: topic.topicId, partitionResponses } : { name: topic.name, partitionResponses }
}

function refuseTopic(name: string | undefined, { acl, metadata }: Services): ErrorCode | undefined {
  if (name === undefined) return ErrorCode.UnknownTopicId
  if (!acl.mayWrite("topic", name)) return ErrorCode.TopicAuthorizationFailed
  if (!metadata.topic(name)) return ErrorCode.UnknownTopicOrPartition
  // Only Kafka's own admin client may write to internal topics.
  if (INTERNAL_TOPICS.has(name) && !acl.mayActAsBroker()) return ErrorCode.InvalidTopicException
  return undefined
}

async function appendPartition(
  topic: string,
  index: number,
  records: Buffer | null,
  { acks, timeoutMs }: Request,
  services: Services,
): Promise<PartitionAnswer> {
  const partition = services.replicas.leader(topic, index)
  if (typeof partition === "number") return refusedPartition(topic, index, partition, services)
  if (records === null) return { index, errorCode: ErrorCode.InvalidRecord, baseOffset: -1 }
  const outcome = await partition.appendAsLeader(records, { acks, timeoutMs, origin: "client" })
  const { errorCode, baseOffset, logAppendTimeMs, logStartOffset, recordErrors = [], errorMessage = null } = outcome
  if (errorCode === ErrorCode.NotLeaderOrFollower) return refusedPartition(topic, index, errorCode, services)
  return {
    index,
    errorCode,
    baseOffset,
    logAppendTimeMs,
    logStartOffset,
    recordErrors: recordErrors.map(({ batchIndex, message }) => ({ batchIndex, batchIndexErrorMessage: message })),
    errorMessage,
  }
}

function refusedPartition(topic: string, index: number, errorCode: ErrorCode, services: Services): PartitionAnswer {
  const leader = errorCode === ErrorCode.NotLeaderOrFollower ? currentLeader(topic, index, services) : undefined
  return { index, errorCode, baseOffset: -1, ...(leader ? { currentLeader: leader } : {}) }
}

function leadersOf({ partitionResponses = [] }: TopicAnswer): number[] {
  return partitionResponses.flatMap(({ currentLeader: leader }) => leader?.leaderId ?? [])
}

/** RecordBatch v2: attributes at byte 21, bit 4. */
function isTransactionalBatch(records: Buffer): boolean {
  return records.length >= 23 && (records.readInt16BE(21) & 0x10) !== 0
}
