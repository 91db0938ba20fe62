/**
 * InitProducerId: an id for an idempotent producer; for a transactional one its id with an epoch that fences all before.
 * Kafka: KafkaApis.handleInitProducerIdRequest, TransactionCoordinator.handleInitProducerId.
 */
import { initProducerId } from "../../protocol/api/22_initProducerId"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler, type Services } from "../handler"
import { AclOperation, CLUSTER_RESOURCE } from "../state/access"
import { type InitAnswer, type InitRequest, initProducerId as initProducer } from "../state/transaction/initProducerId"
import { fencedError } from "./fencedError"

/** From this version on PRODUCER_FENCED is known. */
const FENCED_VERSION = 4

export const onInitProducerId = handler(initProducerId, async (request, services) => {
  const { acl, metadata, producerIds } = services
  const refused = (errorCode: ErrorCode) => ({ errorCode, producerId: -1, producerEpoch: -1 })
  if (request.transactionalId !== null)
    return initTransactional({ ...request, transactionalId: request.transactionalId }, services)

  // Whoever may write to any topic may be idempotent (KIP-679).
  const mayWriteSomewhere = () => [...metadata.topics.keys()].some((topic) => acl.mayWrite("topic", topic))
  if (!acl.may(AclOperation.IdempotentWrite, "cluster", CLUSTER_RESOURCE) && !mayWriteSomewhere()) {
    return refused(ErrorCode.ClusterAuthorizationFailed)
  }
  if (isHalfNamed(request)) return refused(ErrorCode.InvalidRequest)
  const allocated = await producerIds.next()
  if ("errorCode" in allocated) return { errorCode: allocated.errorCode }
  return { producerId: allocated.producerId, producerEpoch: 0 }
})

/** Both or neither: an epoch belongs to an id. */
function isHalfNamed({ producerId, producerEpoch }: Pick<InitRequest, "producerId" | "producerEpoch">): boolean {
  return (producerId === -1) !== (producerEpoch === -1)
}

/** Gives a transactional producer its id, through the coordinator of its transactional id. */
async function initTransactional(request: InitRequest, { acl, transactions, version }: Services): Promise<InitAnswer> {
  const refused = (errorCode: ErrorCode) => ({ errorCode, producerId: -1, producerEpoch: -1 })
  if (!acl.mayWrite("transactionalId", request.transactionalId)) {
    return refused(ErrorCode.TransactionalIdAuthorizationFailed)
  }
  if (request.transactionalId === "") return refused(ErrorCode.InvalidRequest)
  if (isHalfNamed(request)) return refused(ErrorCode.InvalidRequest)
  const shard = transactions.shardOf(request.transactionalId)
  if (typeof shard === "number") return refused(shard)
  const answer = await new Promise<InitAnswer>((resolve) => initProducer(shard, request, resolve))
  return { ...answer, errorCode: fencedError(answer.errorCode, version >= FENCED_VERSION) }
}
