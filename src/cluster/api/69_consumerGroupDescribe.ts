/** ConsumerGroupDescribe: groups of the consumer protocol with members, assignments and targets (KIP-848). */
import { consumerGroupDescribe } from "../../protocol/api/69_consumerGroupDescribe"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import type { RequestAccess } from "../state/access"
import { describeConsumerGroup } from "../state/group/consumer/describeConsumerGroup"
import type { GroupCoordinator } from "../state/group/groupCoordinator"
import { authorizedOperations } from "./authorizedOperations"

export const onConsumerGroupDescribe = handler(consumerGroupDescribe, (request, { acl, groups }) => ({
  groups: request.groupIds.map((groupId) => {
    const description = describe(groups, acl, groupId)
    if (!request.includeAuthorizedOperations || description.errorCode !== ErrorCode.None) return description
    return { ...description, authorizedOperations: authorizedOperations(acl, "group", groupId) }
  }),
}))

function describe(groups: GroupCoordinator, acl: RequestAccess, groupId: string) {
  if (!acl.mayDescribe("group", groupId)) return { groupId, errorCode: ErrorCode.GroupAuthorizationFailed }
  const shard = groups.shardOf(groupId)
  if (typeof shard === "number") return { groupId, errorCode: shard }
  const group = shard.groups.get(groupId)
  if (group?.kind === "consumer") return { errorCode: ErrorCode.None, ...describeConsumerGroup(group, shard) }
  const errorMessage = group ? `Group ${groupId} is not a consumer group.` : `Group ${groupId} not found.`
  return { groupId, errorCode: ErrorCode.GroupIdNotFound, errorMessage }
}
