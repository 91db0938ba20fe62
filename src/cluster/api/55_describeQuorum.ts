/**
 * DescribeQuorum: who leads the metadata quorum, and how far its voters and observers are (KIP-595, KIP-836).
 * Kafka: KafkaRaftClient.handleDescribeQuorumRequest. Not implemented: directory ids of voters (kraft.version 1).
 */
import { describeQuorum } from "../../protocol/api/55_describeQuorum"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { forwardToController } from "./forwardToController"

export const onDescribeQuorum = handler(describeQuorum, async (request, services) => {
  if (!services.acl.mayDescribe("cluster", CLUSTER_RESOURCE)) return { errorCode: ErrorCode.ClusterAuthorizationFailed }
  return forwardToController(describeQuorum, request, services)
})
