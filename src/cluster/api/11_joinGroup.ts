/**
 * JoinGroup: enters a classic group, or enters its next generation. Waits for the end of the join phase.
 * Kafka: GroupMetadataManager.classicGroupJoin. Not implemented: a classic member in a group of the consumer protocol.
 */
import { joinGroup } from "../../protocol/api/11_joinGroup"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { joinFailure } from "../state/group/classic/classicGroup"
import { foundClassicGroup, joinClassicGroup } from "../state/group/classic/joinGroup"

type Response = ResponseInput<typeof joinGroup>

export const onJoinGroup = handler(joinGroup, (request, { acl, connection, groups, version }) => {
  const refuse = (errorCode: ErrorCode): Response => joinFailure(errorCode, request.memberId)
  if (!acl.mayRead("group", request.groupId)) return refuse(ErrorCode.GroupAuthorizationFailed)
  if (request.groupId === "") return refuse(ErrorCode.InvalidGroupId)
  const { minSessionTimeoutMs, maxSessionTimeoutMs } = groups.config
  if (request.sessionTimeoutMs < minSessionTimeoutMs || request.sessionTimeoutMs > maxSessionTimeoutMs) {
    return refuse(ErrorCode.InvalidSessionTimeout)
  }

  const shard = groups.shardOf(request.groupId)
  if (typeof shard === "number") return refuse(shard)
  const known = shard.groups.get(request.groupId)
  // Only who brings no member id may found a group.
  if (!known && request.memberId !== "") return refuse(ErrorCode.UnknownMemberId)
  const group = known?.kind === "classic" ? known : foundClassicGroup(shard, request.groupId)
  if (!group) return refuse(ErrorCode.InconsistentGroupProtocol)

  // v0 has no rebalance timeout: the session's counts for both.
  const rebalanceTimeoutMs = version === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs
  const client = {
    clientId: connection.clientId ?? "",
    clientHost: `/${connection.host}`,
    requiresKnownMemberId: version >= 4 && request.groupInstanceId === null,
    supportsSkippingAssignment: version >= 9,
  }
  return new Promise<Response>((resolve) => {
    joinClassicGroup(shard, group, { ...request, rebalanceTimeoutMs }, client, resolve)
  })
})
