/**
 * LeaveGroup: gives up membership at once instead of by session timeout; from v3 several members in one request.
 * Kafka: GroupMetadataManager.classicGroupLeave.
 */
import { leaveGroup } from "../../protocol/api/13_leaveGroup"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { leaveClassicGroup } from "../state/group/classic/syncGroup"

export const onLeaveGroup = handler(leaveGroup, (request, { acl, groups, version }) => {
  if (!acl.mayRead("group", request.groupId)) return { errorCode: ErrorCode.GroupAuthorizationFailed }
  if (request.groupId === "") return { errorCode: ErrorCode.InvalidGroupId }
  const shard = groups.shardOf(request.groupId)
  if (typeof shard === "number") return { errorCode: shard }
  const leaving = version >= 3 ? request.members : [{ memberId: request.memberId, groupInstanceId: null }]
  const group = shard.groups.get(request.groupId)
  const members = leaving.map(({ memberId, groupInstanceId }) => ({
    memberId,
    groupInstanceId,
    errorCode:
      group?.kind === "classic"
        ? leaveClassicGroup(shard, group, { memberId, groupInstanceId })
        : ErrorCode.UnknownMemberId,
  }))
  if (version >= 3) return { errorCode: ErrorCode.None, members }
  return { errorCode: members[0]?.errorCode ?? ErrorCode.None }
})
