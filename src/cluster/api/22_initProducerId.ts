/**
 * InitProducerId: an id for an idempotent producer.
 * Kafka: KafkaApis.handleInitProducerIdRequest, TransactionCoordinator.handleInitProducerId.
 */
import { initProducerId } from "../../protocol/api/22_initProducerId"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { AclOperation, CLUSTER_RESOURCE } from "../state/access"

export const onInitProducerId = handler(initProducerId, async (request, { acl, metadata, producerIds }) => {
  if (request.transactionalId !== null) return { errorCode: ErrorCode.CoordinatorNotAvailable }

  // Whoever may write to any topic may be idempotent (KIP-679).
  const mayWriteSomewhere = () => [...metadata.topics.keys()].some((topic) => acl.mayWrite("topic", topic))
  if (!acl.may(AclOperation.IdempotentWrite, "cluster", CLUSTER_RESOURCE) && !mayWriteSomewhere()) {
    return { errorCode: ErrorCode.ClusterAuthorizationFailed }
  }
  const allocated = await producerIds.next()
  if ("errorCode" in allocated) return { errorCode: allocated.errorCode }
  return { producerId: allocated.producerId, producerEpoch: 0 }
})
