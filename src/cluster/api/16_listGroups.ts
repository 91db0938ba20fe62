/** ListGroups: the groups that this broker coordinates. Kafka: GroupMetadataManager.listGroups. */
import { listGroups } from "../../protocol/api/16_listGroups"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { CONSUMER_PROTOCOL_TYPE } from "../state/group/classic/classicGroup"

export const onListGroups = handler(listGroups, (request, { acl, groups }) => {
  if (groups.isLoading) return { errorCode: ErrorCode.CoordinatorLoadInProgress }
  const seesAll = acl.mayDescribe("cluster", CLUSTER_RESOURCE)
  const states = new Set(request.statesFilter.map((state) => state.toLowerCase()))
  const types = new Set(request.typesFilter.map((type) => type.toLowerCase()))
  const listed = [...groups.groups()].filter(
    (group) =>
      (seesAll || acl.mayDescribe("group", group.groupId)) &&
      (states.size === 0 || states.has(group.state.toLowerCase())) &&
      (types.size === 0 || types.has(group.kind)),
  )
  return {
    errorCode: ErrorCode.None,
    groups: listed.map((group) => ({
      groupId: group.groupId,
      protocolType: group.kind === "classic" ? (group.protocolType ?? "") : CONSUMER_PROTOCOL_TYPE,
      groupState: group.state,
      groupType: group.kind,
    })),
  }
})
