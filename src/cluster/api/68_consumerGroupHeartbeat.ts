/**
 * ConsumerGroupHeartbeat: all that a member of the consumer protocol says and hears (KIP-848): joining, staying,
 * revoking, leaving. Kafka: GroupMetadataManager.consumerGroupHeartbeat.
 * Not implemented: a group whose members speak both protocols (an empty one changes its protocol), racks in assignments.
 */
import { consumerGroupHeartbeat } from "../../protocol/api/68_consumerGroupHeartbeat"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { checkHeartbeat } from "../state/group/consumer/checkHeartbeat"
import { heartbeatConsumerGroup } from "../state/group/consumer/heartbeat"

type Response = ResponseInput<typeof consumerGroupHeartbeat>

export const onConsumerGroupHeartbeat = handler(
  consumerGroupHeartbeat,
  (request, { acl, connection, groups, version }) => {
    if (!acl.mayRead("group", request.groupId)) return { errorCode: ErrorCode.GroupAuthorizationFailed }
    if (request.subscribedTopicNames?.some((name) => !acl.mayDescribe("topic", name))) {
      return { errorCode: ErrorCode.TopicAuthorizationFailed }
    }
    const shard = groups.shardOf(request.groupId)
    // What no coordinator could make right is refused by any broker.
    if (typeof shard === "number") {
      return checkHeartbeat(request, version, groups.config.consumerAssignors) ?? { errorCode: shard }
    }
    const client = { clientId: connection.clientId ?? "", clientHost: `/${connection.host}`, version }
    return new Promise<Response>((resolve) => heartbeatConsumerGroup(shard, request, client, resolve))
  },
)
