/**
 * Heartbeat: keeps a classic group member alive, and tells it of a rebalance.
 * Kafka: GroupMetadataManager.classicGroupHeartbeat.
 */
import { heartbeat } from "../../protocol/api/12_heartbeat"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { heartbeatClassicGroup } from "../state/group/classic/syncGroup"

export const onHeartbeat = handler(heartbeat, (request, { acl, groups }) => {
  if (!acl.mayRead("group", request.groupId)) return { errorCode: ErrorCode.GroupAuthorizationFailed }
  if (request.groupId === "") return { errorCode: ErrorCode.InvalidGroupId }
  const shard = groups.shardOf(request.groupId)
  // Kafka: a group that is being loaded had this member a moment ago, so its heartbeat is believed.
  if (shard === ErrorCode.CoordinatorLoadInProgress) return { errorCode: ErrorCode.None }
  if (typeof shard === "number") return { errorCode: shard }
  const group = shard.groups.get(request.groupId)
  if (group?.kind !== "classic") return { errorCode: ErrorCode.UnknownMemberId }
  return { errorCode: heartbeatClassicGroup(shard, group, request) }
})
