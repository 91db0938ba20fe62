/**
 * Produce: appends batches to partitions that this broker leads.
 * Kafka: KafkaApis.handleProduceRequest, ReplicaManager.appendRecords.
 * Versions 0 to 2 are advertised, because old librdkafka looks for them, and not served (KAFKA-18659).
 * Not implemented: nothing.
 */
import { produce } from "../../protocol/api/00_produce"
import { ErrorCode, errorName } from "../../protocol/errorCodes"
import { batchHeaderBytes, isTransactional, producerEpoch, producerId } from "../../protocol/recordBatch"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import type { Partition } from "../state/replica/partition"
import { INTERNAL_TOPICS } from "../state/topicName"
import { currentLeader, nodeEndpoints } from "./currentLeader"
import { refuseRecords } from "./refuseRecords"

type Request = RequestOf<typeof produce>
type Topic = ElementOf<Request["topicData"]>
type TopicAnswer = ElementOf<ResponseInput<typeof produce>["responses"]>
type PartitionAnswer = ElementOf<TopicAnswer["partitionResponses"]>

const OLDEST_SERVED_VERSION = 3
/** From this version on clients leave AddPartitionsToTxn to the leader (KIP-890, transaction version 2). */
const ADDS_PARTITION_VERSION = 12

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
  const isInTransaction = request.topicData.some(({ partitionData }) =>
    partitionData.some(
      ({ records }) => records !== null && records.length >= batchHeaderBytes && isTransactional(records),
    ),
  )
  if (isInTransaction && (transactionalId === null || !acl.mayWrite("transactionalId", transactionalId))) {
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
  request: Request,
  services: Services,
): Promise<PartitionAnswer> {
  const { acks, timeoutMs } = request
  const refusal = refuseRecords(records, services.version)
  if (refusal !== undefined || records === null) return { index, errorCode: refusal ?? 0, baseOffset: -1 }
  const partition = services.replicas.leader(topic, index)
  if (typeof partition === "number") return refusedPartition(topic, index, partition, services)
  if (opensTransaction(records, partition)) {
    const errorCode = await admitTransaction(topic, index, records, request, services)
    if (errorCode !== ErrorCode.None) return { index, errorCode, baseOffset: -1 }
  }
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

/** The first batch of a transaction here: from then on the log itself knows that the transaction is open. */
function opensTransaction(records: Buffer, { log }: Partition): boolean {
  if (records.length < batchHeaderBytes || !isTransactional(records)) return false
  return !log.hasOngoingTransaction(producerId(records), producerEpoch(records))
}

/** Asks the transaction's coordinator, so that no late batch stays open for ever (KIP-890). */
function admitTransaction(
  topic: string,
  index: number,
  records: Buffer,
  { transactionalId }: Request,
  { transactions, version }: Services,
): Promise<ErrorCode> {
  const claim = {
    transactionalId: transactionalId ?? "",
    producerId: producerId(records),
    producerEpoch: producerEpoch(records),
  }
  return transactions.gate.admit(claim, topic, index, version >= ADDS_PARTITION_VERSION)
}

function refusedPartition(topic: string, index: number, errorCode: ErrorCode, services: Services): PartitionAnswer {
  const leader = errorCode === ErrorCode.NotLeaderOrFollower ? currentLeader(topic, index, services) : undefined
  return { index, errorCode, baseOffset: -1, ...(leader ? { currentLeader: leader } : {}) }
}

function leadersOf({ partitionResponses = [] }: TopicAnswer): number[] {
  return partitionResponses.flatMap(({ currentLeader: leader }) => leader?.leaderId ?? [])
}
