/**
 * TxnOffsetCommit: offsets of a group that count when the producer's transaction commits.
 * From v5 it puts the group's partition into the transaction by itself (KIP-890).
 * Kafka: OffsetMetadataManager.commitTransactionalOffset.
 */
import { txnOffsetCommit } from "../../protocol/api/28_txnOffsetCommit"
import { ErrorCode } from "../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { type CommitAnswer, checkTransactionalCommit, writeOffsets } from "../state/group/commitOffsets"
import { OFFSETS_TOPIC } from "../state/group/groupCoordinator"

type Request = RequestOf<typeof txnOffsetCommit>
type Response = ResponseInput<typeof txnOffsetCommit>

/** From this version on clients leave AddOffsetsToTxn to the broker. */
const ADDS_PARTITION_VERSION = 5

export const onTxnOffsetCommit = handler(txnOffsetCommit, async (request, services): Promise<Response> => {
  const { acl, groups } = services
  if (!acl.mayWrite("transactionalId", request.transactionalId)) {
    return refuseAll(request, ErrorCode.TransactionalIdAuthorizationFailed)
  }
  if (!acl.mayRead("group", request.groupId)) return refuseAll(request, ErrorCode.GroupAuthorizationFailed)
  if (request.groupId === "") return refuseAll(request, ErrorCode.InvalidGroupId)
  const admitted = await admit(request, services)
  if (admitted !== ErrorCode.None) return refuseAll(request, admitted)
  const shard = groups.shardOf(request.groupId)
  if (typeof shard === "number") return refuseAll(request, shard)
  const commit = {
    groupId: request.groupId,
    generationIdOrMemberEpoch: request.generationId,
    memberId: request.memberId,
    groupInstanceId: request.groupInstanceId,
    retentionTimeMs: -1,
    topics: writable(request, services),
  }
  const refusal = checkTransactionalCommit(shard, commit)
  if (refusal !== ErrorCode.None) return refuseAll(request, refusal)
  const answer = await new Promise<CommitAnswer>((resolve) => writeOffsets(shard, commit, request, resolve))
  return inOrder(request, services, answer)
})

/** The group's partition must be in the open transaction, unless the transaction has written there already. */
async function admit(request: Request, { groups, replicas, transactions, version }: Services): Promise<ErrorCode> {
  const index = groups.partitionFor(request.groupId)
  const partition = replicas.leader(OFFSETS_TOPIC, index)
  if (typeof partition === "number") return ErrorCode.NotCoordinator
  const { producerId, producerEpoch, transactionalId } = request
  if (partition.log.hasOngoingTransaction(producerId, producerEpoch)) return ErrorCode.None
  const claim = { transactionalId, producerId, producerEpoch }
  const errorCode = await transactions.gate.admit(claim, OFFSETS_TOPIC, index, version >= ADDS_PARTITION_VERSION)
  return errorCode === ErrorCode.NotEnoughReplicas ? ErrorCode.CoordinatorLoadInProgress : errorCode
}

function writable(request: Request, { acl, metadata }: Services) {
  return request.topics
    .filter(({ name }) => acl.mayRead("topic", name))
    .map(({ name, partitions }) => ({
      name,
      topicId: metadata.topic(name)?.id ?? "",
      partitions: partitions
        .filter(({ partitionIndex }) => metadata.partition(name, partitionIndex))
        .map((partition) => ({ ...partition, commitTimestamp: -1 })),
    }))
    .filter(({ partitions }) => partitions.length > 0)
}

function refuseAll(request: Request, errorCode: ErrorCode): Response {
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }
}

function inOrder(request: Request, { acl }: Services, answer: CommitAnswer): Response {
  const answered = new Map(
    answer.topics.map(({ name, partitions }) => [
      name,
      new Map(partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode])),
    ]),
  )
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: acl.mayRead("topic", name)
          ? (answered.get(name)?.get(partitionIndex) ?? ErrorCode.UnknownTopicOrPartition)
          : ErrorCode.TopicAuthorizationFailed,
      })),
    })),
  }
}
