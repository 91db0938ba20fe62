/**
 * Produce: appends batches to partitions that this broker leads.
 * Kafka: KafkaApis.handleProduceRequest, ReplicaManager.appendRecords.
 * Versions 0 to 2 are advertised, because old librdkafka looks for them, and not served (KAFKA-18659).
 * Not implemented: nothing.
 */
import { produce } from "../../protocol/api/00_produce"
import { ErrorCode, errorName } from "../../protocol/errorCodes"
import {
  baseSequence,
  batchHeaderBytes,
  isTransactional,
  noProducer,
  producerEpoch,
  producerId,
} from "../../protocol/recordBatch"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import type { Verification } from "../log/verification"
import { INTERNAL_TOPICS } from "../state/topicName"
import type { Admission } from "../state/transaction/transactionGate"
import { currentLeader, nodeEndpoints } from "./currentLeader"
import { refuseRecords } from "./refuseRecords"

type Request = RequestOf<typeof produce>
type Topic = ElementOf<Request["topicData"]>
type TopicAnswer = ElementOf<ResponseInput<typeof produce>["responses"]>
type PartitionAnswer = ElementOf<TopicAnswer["partitionResponses"]>

const OLDEST_SERVED_VERSION = 3
/** From this version on clients leave AddPartitionsToTxn to the leader (KIP-890, transaction version 2). */
const ADDS_PARTITION_VERSION = 12
/** From this version on TRANSACTION_ABORTABLE is known. */
const ABORTABLE_VERSION = 11
/** Kafka: AdminUtils.ADMIN_CLIENT_ID, the one client that may write to internal topics. */
const ADMIN_CLIENT_ID = "__admin_client"

/** Passing troubles of a coordinator, which every producer knows how to wait for under another name. */
const passing: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.ConcurrentTransactions,
  ErrorCode.NetworkException,
  ErrorCode.CoordinatorLoadInProgress,
  ErrorCode.CoordinatorNotAvailable,
  ErrorCode.NotCoordinator,
])

export const onProduce = handler(produce, (request, services) => {
  const { connection, version } = services
  if (version < OLDEST_SERVED_VERSION) {
    connection.close(`Produce version ${version} is not served`)
    return undefined
  }
  const refusal = refuseRequest(request, services)
  // Appends are made here, before the first await, but for those that wait for their transaction's coordinator.
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

/** What is wrong with the request as a whole: every partition hears of it. */
function refuseRequest(request: Request, { acl }: Services): ErrorCode | undefined {
  const { topicData, transactionalId } = request
  const batches = topicData.flatMap(({ partitionData }) => partitionData.flatMap(({ records }) => records ?? []))
  const transactional = batches.filter((records) => records.length >= batchHeaderBytes && isTransactional(records))
  if (transactional.length === 0) return undefined
  if (transactionalId === null || !acl.mayWrite("transactionalId", transactionalId)) {
    return ErrorCode.TransactionalIdAuthorizationFailed
  }
  const ofProducers = transactional.filter((records) => producerId(records) !== noProducer)
  const producers = new Set(ofProducers.map((records) => `${producerId(records)}/${producerEpoch(records)}`))
  return producers.size > 1 ? ErrorCode.InvalidProducerIdMapping : undefined
}

async function appendTopic(
  topic: Topic,
  request: Request,
  refusal: ErrorCode | undefined,
  services: Services,
): Promise<TopicAnswer> {
  const { metadata, version } = services
  const name = version >= 13 ? metadata.topicById(topic.topicId)?.name : topic.name
  const partitions = topic.partitionData.map(({ index, records }) => {
    const refused = refusal ?? refusePartition(name, index, records, services)
    if (refused !== undefined || name === undefined || records === null) {
      return { index, errorCode: refused ?? 0, baseOffset: -1 }
    }
    return appendPartition(name, index, records, request, services)
  })
  const partitionResponses = await Promise.all(partitions)
  return version >= 13 ? { topicId: topic.topicId, partitionResponses } : { name: topic.name, partitionResponses }
}

/** What is refused before a replica is looked at. */
function refusePartition(
  topic: string | undefined,
  index: number,
  records: Buffer | null,
  { acl, metadata, version }: Services,
): ErrorCode | undefined {
  if (topic === undefined) return ErrorCode.UnknownTopicId
  if (!acl.mayWrite("topic", topic)) return ErrorCode.TopicAuthorizationFailed
  if (!metadata.partition(topic, index)) return ErrorCode.UnknownTopicOrPartition
  return refuseRecords(records, version)
}

async function appendPartition(
  topic: string,
  index: number,
  records: Buffer,
  request: Request,
  services: Services,
): Promise<PartitionAnswer> {
  const needsTransaction = isTransactional(records) && producerId(records) !== noProducer
  const admitted = needsTransaction ? await admitTransaction(topic, index, records, request, services) : {}
  if (admitted.errorCode !== undefined) return refusedPartition(topic, index, admitted.errorCode, services)
  const { acks, timeoutMs } = request
  if (acks !== 0 && acks !== 1 && acks !== -1)
    return { index, errorCode: ErrorCode.InvalidRequiredAcks, baseOffset: -1 }
  if (INTERNAL_TOPICS.has(topic) && services.connection.clientId !== ADMIN_CLIENT_ID) {
    return { index, errorCode: ErrorCode.InvalidTopicException, baseOffset: -1 }
  }
  const partition = services.replicas.leader(topic, index)
  if (typeof partition === "number") return refusedPartition(topic, index, partition, services)
  const { verification } = admitted
  const outcome = await partition.appendAsLeader(records, { acks, timeoutMs, origin: "client", verification })
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

interface Admitted {
  readonly errorCode?: ErrorCode
  readonly verification?: Verification | undefined
}

/** The coordinator is asked before the first batch of a transaction, so that no late one stays open for ever (KIP-890). */
async function admitTransaction(
  topic: string,
  index: number,
  records: Buffer,
  { transactionalId }: Request,
  { replicas, transactions, version }: Services,
): Promise<Admitted> {
  const partition = replicas.leader(topic, index)
  if (typeof partition === "number") return { errorCode: partition }
  const producer = {
    producerId: producerId(records),
    producerEpoch: producerEpoch(records),
    baseSequence: baseSequence(records),
    hasEpochPerTransaction: version >= ADDS_PARTITION_VERSION,
  }
  const verification = partition.log.beginVerification(producer)
  // From then on the log itself knows that the transaction is open.
  if (!verification) return {}
  const { producerId: id, producerEpoch: epoch } = producer
  const claim = { transactionalId: transactionalId ?? "", producerId: id, producerEpoch: epoch }
  const errorCode = await transactions.gate.admit(claim, topic, index, admissionOf(version))
  if (passing.has(errorCode)) return { errorCode: ErrorCode.NotEnoughReplicas }
  return errorCode === ErrorCode.None ? { verification } : { errorCode }
}

function admissionOf(version: number): Admission {
  if (version >= ADDS_PARTITION_VERSION) return "add"
  return version >= ABORTABLE_VERSION ? "verify" : "verify for an old client"
}

function refusedPartition(topic: string, index: number, errorCode: ErrorCode, services: Services): PartitionAnswer {
  const leader = errorCode === ErrorCode.NotLeaderOrFollower ? currentLeader(topic, index, services) : undefined
  return { index, errorCode, baseOffset: -1, ...(leader ? { currentLeader: leader } : {}) }
}

function leadersOf({ partitionResponses = [] }: TopicAnswer): number[] {
  return partitionResponses.flatMap(({ currentLeader: leader }) => leader?.leaderId ?? [])
}
