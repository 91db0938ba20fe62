/** DeleteGroups: removes groups without members, and their offsets (KIP-229). */
import { deleteGroups } from "../../protocol/api/42_deleteGroups"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import type { RequestAccess } from "../state/access"
import type { GroupCoordinator } from "../state/group/groupCoordinator"
import { deleteGroup } from "../state/group/manageGroups"

export const onDeleteGroups = handler(deleteGroups, async (request, { acl, groups }) => ({
  results: await Promise.all(
    request.groupsNames.map(async (groupId) => ({ groupId, errorCode: await remove(groups, acl, groupId) })),
  ),
}))

async function remove(groups: GroupCoordinator, acl: RequestAccess, groupId: string): Promise<ErrorCode> {
  if (!acl.mayDelete("group", groupId)) return ErrorCode.GroupAuthorizationFailed
  if (groupId === "") return ErrorCode.InvalidGroupId
  const shard = groups.shardOf(groupId)
  if (typeof shard === "number") return shard
  return new Promise((resolve) => deleteGroup(shard, groupId, resolve))
}
