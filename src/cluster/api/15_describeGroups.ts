/** DescribeGroups: classic groups with their members. Kafka: GroupMetadataManager.describeGroups. */
import { describeGroups } from "../../protocol/api/15_describeGroups"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import type { RequestAccess } from "../state/access"
import type { GroupCoordinator } from "../state/group/groupCoordinator"
import { describeClassicGroup } from "../state/group/manageGroups"
import { authorizedOperations } from "./authorizedOperations"

export const onDescribeGroups = handler(describeGroups, (request, { acl, groups, version }) => ({
  groups: request.groups.map((groupId) => {
    const description = describe(groups, acl, groupId, version)
    if (!request.includeAuthorizedOperations || description.errorCode !== ErrorCode.None) return description
    return { ...description, authorizedOperations: authorizedOperations(acl, "group", groupId) }
  }),
}))

function describe(groups: GroupCoordinator, acl: RequestAccess, groupId: string, version: number) {
  if (!acl.mayDescribe("group", groupId)) return { groupId, errorCode: ErrorCode.GroupAuthorizationFailed }
  const shard = groups.shardOf(groupId)
  if (typeof shard === "number") return { groupId, errorCode: shard }
  const group = shard.groups.get(groupId)
  if (group?.kind === "classic") return { groupId, errorCode: ErrorCode.None, ...describeClassicGroup(group) }
  // Until v5 an unknown group is a dead one (KIP-1043).
  if (version < 6) return { groupId, errorCode: ErrorCode.None, groupState: "Dead" }
  const errorMessage = group ? `Group ${groupId} is not a classic group.` : `Group ${groupId} not found.`
  return { groupId, errorCode: ErrorCode.GroupIdNotFound, errorMessage, groupState: "Dead" }
}
