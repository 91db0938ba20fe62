/**
 * AddPartitionsToTxn: up to v3 a producer names the partitions that its transaction will reach; from v4 on brokers ask
 * or add in its place (KIP-890). Kafka: KafkaApis.handleAddPartitionsToTxnRequest.
 */
import { addPartitionsToTxn } from "../../protocol/api/24_addPartitionsToTxn"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { addPartitions, verifyPartition } from "../state/transaction/addPartitions"
import { fencedError } from "./fencedError"

type Request = RequestOf<typeof addPartitionsToTxn>
type TransactionOfBroker = ElementOf<Request["transactions"]>
type Topics = Request["v3AndBelowTopics"]
type ErrorOf = (topic: string, partition: number) => ErrorCode

const FIRST_BROKER_VERSION = 4
/** From this version on a refusal says that aborting helps (KIP-890). */
const ABORTABLE_VERSION = 5
/** From this version on PRODUCER_FENCED is known. */
const FENCED_VERSION = 2

export const onAddPartitionsToTxn = handler(
  addPartitionsToTxn,
  async (request, services): Promise<ResponseInput<typeof addPartitionsToTxn>> => {
    if (services.version < FIRST_BROKER_VERSION) return answerClient(request, services)
    if (!services.acl.mayActAsBroker()) return { errorCode: ErrorCode.ClusterAuthorizationFailed }
    const resultsByTransaction = await Promise.all(
      request.transactions.map(async (transaction) => ({
        transactionalId: transaction.transactionalId,
        topicResults: results(transaction.topics, await answerBroker(transaction, services)),
      })),
    )
    return { errorCode: ErrorCode.None, resultsByTransaction }
  },
)

async function answerClient(request: Request, services: Services) {
  const { acl, metadata, transactions, version } = services
  const claim = {
    transactionalId: request.v3AndBelowTransactionalId,
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
  }
  const topics = request.v3AndBelowTopics
  const answer = (errorOf: ErrorOf) => ({ resultsByTopicV3AndBelow: results(topics, errorOf) })
  if (!acl.mayWrite("transactionalId", claim.transactionalId)) {
    return answer(() => ErrorCode.TransactionalIdAuthorizationFailed)
  }
  const refusalOf: ErrorOf = (topic, partition) => {
    if (!acl.mayWrite("topic", topic)) return ErrorCode.TopicAuthorizationFailed
    return metadata.partition(topic, partition) ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition
  }
  const isRefused = topics.some(({ name, partitions }) => partitions.some((each) => refusalOf(name, each) !== 0))
  // All or nothing: a transaction never reaches only a part of what was asked for.
  if (isRefused) return answer((topic, partition) => refusalOf(topic, partition) || ErrorCode.OperationNotAttempted)
  const shard = transactions.shardOf(claim.transactionalId)
  if (typeof shard === "number") return answer(() => shard)
  const errorCode = await new Promise<ErrorCode>((resolve) => addPartitions(shard, claim, byTopic(topics), resolve))
  return answer(() => fencedError(errorCode, version >= FENCED_VERSION))
}

async function answerBroker(transaction: TransactionOfBroker, services: Services): Promise<ErrorOf> {
  const { transactions, version } = services
  const shard = transactions.shardOf(transaction.transactionalId)
  if (typeof shard === "number") return () => shard
  if (transaction.verifyOnly) {
    const refusal = version >= ABORTABLE_VERSION ? ErrorCode.TransactionAbortable : ErrorCode.InvalidTxnState
    return (topic, partition) => verifyPartition(shard, transaction, topic, partition, refusal)
  }
  const errorCode = await new Promise<ErrorCode>((resolve) => {
    addPartitions(shard, transaction, byTopic(transaction.topics), resolve)
  })
  return () => errorCode
}

function byTopic(topics: Topics): Map<string, readonly number[]> {
  return new Map(topics.map(({ name, partitions }) => [name, partitions]))
}

function results(topics: Topics, errorOf: ErrorOf) {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: errorOf(name, partitionIndex),
    })),
  }))
}
