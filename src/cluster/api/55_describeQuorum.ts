/**
 * DescribeQuorum: who leads the metadata quorum, and how far its voters and observers are (KIP-595, KIP-836).
 * Kafka: KafkaRaftClient.handleDescribeQuorumRequest. Not implemented: directory ids of voters (kraft.version 1).
 */
import { describeQuorum } from "../../protocol/api/55_describeQuorum"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"

export const onDescribeQuorum = handler(describeQuorum, async (request, services) => {
  if (!services.acl.mayDescribe("cluster", CLUSTER_RESOURCE)) return { errorCode: ErrorCode.ClusterAuthorizationFailed }
  const response = await services.controller.request(describeQuorum, request)
  // The whole is refused, no part of it (DescribeQuorumRequest.getErrorResponse).
  return response ?? { errorCode: ErrorCode.RequestTimedOut }
})
