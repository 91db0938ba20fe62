/**
 * AlterPartitionReassignments: moves partitions to other brokers, or takes that back (KIP-455).
 * Kafka: ControllerApis.handleAlterPartitionReassignments. Not implemented: nothing.
 */
import { alterPartitionReassignments } from "../../protocol/api/45_alterPartitionReassignments"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { forwardToController } from "./forwardToController"

export const onAlterPartitionReassignments = handler(alterPartitionReassignments, async (request, services) => {
  if (!services.acl.mayAlter("cluster", CLUSTER_RESOURCE)) return { errorCode: ErrorCode.ClusterAuthorizationFailed }
  return forwardToController(alterPartitionReassignments, request, services, request.timeoutMs)
})
