/**
 * TxnOffsetCommit: offsets of a group that count when the producer's transaction commits.
 * From v5 it puts the group's partition into the transaction by itself (KIP-890).
 * Kafka: OffsetMetadataManager.commitTransactionalOffset.
 */
import { txnOffsetCommit } from "../../protocol/api/28_txnOffsetCommit"
import { ErrorCode } from "../../protocol/errorCodes"
import { noProducer } from "../../protocol/recordBatch"
import type { RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import type { Verification } from "../log/verification"
import { coordinatorError } from "../state/coordinatorLog"
import { type CommitAnswer, checkTransactionalCommit, writeOffsets } from "../state/group/commitOffsets"
import { OFFSETS_TOPIC } from "../state/group/groupCoordinator"
import type { Admission } from "../state/transaction/transactionGate"
import { answerCommit, committable, refuseCommit } from "./answerCommit"

type Request = RequestOf<typeof txnOffsetCommit>
type Response = ResponseInput<typeof txnOffsetCommit>

/** From this version on clients leave AddOffsetsToTxn to the broker. */
const ADDS_PARTITION_VERSION = 5
/** From this version on TRANSACTION_ABORTABLE is known. */
const ABORTABLE_VERSION = 4

interface Admitted {
  readonly errorCode: ErrorCode
  readonly verification?: Verification
}

export const onTxnOffsetCommit = handler(txnOffsetCommit, async (request, services): Promise<Response> => {
  const { acl, groups } = services
  if (!acl.mayWrite("transactionalId", request.transactionalId)) {
    return refuseCommit(request.topics, ErrorCode.TransactionalIdAuthorizationFailed)
  }
  if (!acl.mayRead("group", request.groupId)) return refuseCommit(request.topics, ErrorCode.GroupAuthorizationFailed)
  if (request.groupId === "") return refuseCommit(request.topics, ErrorCode.InvalidGroupId)
  const admitted = await admit(request, services)
  if (admitted.errorCode !== ErrorCode.None) return refuseCommit(request.topics, admitted.errorCode)
  const shard = groups.shardOf(request.groupId)
  if (typeof shard === "number") return refuseCommit(request.topics, shard)
  const commit = {
    groupId: request.groupId,
    generationIdOrMemberEpoch: request.generationId,
    memberId: request.memberId,
    groupInstanceId: request.groupInstanceId,
    retentionTimeMs: -1,
    topics: committable(request.topics, services).map(withoutTimestamps),
  }
  const refusal = checkTransactionalCommit(shard, commit)
  if (refusal !== ErrorCode.None) return refuseCommit(request.topics, refusal)
  const { producerId, producerEpoch } = request
  const producer = { producerId, producerEpoch, verification: admitted.verification }
  const answer = await new Promise<CommitAnswer>((resolve) => writeOffsets(shard, commit, producer, resolve))
  return answerCommit(request.topics, services, answer)
})

/** The group's partition must be in the open transaction, unless the transaction has written there already. */
async function admit(request: Request, { groups, replicas, transactions, version }: Services): Promise<Admitted> {
  const index = groups.partitionFor(request.groupId)
  const partition = replicas.leader(OFFSETS_TOPIC, index)
  if (typeof partition === "number") return { errorCode: ErrorCode.NotCoordinator }
  const { producerId, producerEpoch, transactionalId } = request
  const verification = partition.log.beginVerification({
    producerId,
    producerEpoch,
    baseSequence: noProducer,
    hasEpochPerTransaction: version >= ADDS_PARTITION_VERSION,
  })
  if (!verification) return { errorCode: ErrorCode.None }
  const claim = { transactionalId, producerId, producerEpoch }
  const errorCode = await transactions.gate.admit(claim, OFFSETS_TOPIC, index, admissionOf(version))
  // Older clients do not wait for a network's trouble; for a coordinator that loads they do.
  const isUnknown = errorCode === ErrorCode.NetworkException
  return { errorCode: isUnknown ? ErrorCode.CoordinatorLoadInProgress : coordinatorError(errorCode), verification }
}

function admissionOf(version: number): Admission {
  if (version >= ADDS_PARTITION_VERSION) return "add"
  return version >= ABORTABLE_VERSION ? "verify" : "verify for an old client"
}

/** Only OffsetCommit v1 carried a time of the client's. */
function withoutTimestamps<Partition>({
  name,
  topicId,
  partitions,
}: {
  readonly name: string
  readonly topicId: string
  readonly partitions: readonly Partition[]
}) {
  return { name, topicId, partitions: partitions.map((partition) => ({ ...partition, commitTimestamp: -1 })) }
}
