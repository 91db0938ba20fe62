/**
 * SyncGroup: the leader of a classic group hands in the assignment, every member takes its own.
 * Kafka: GroupMetadataManager.classicGroupSync. Not implemented: a classic member in a group of the consumer protocol.
 */
import { syncGroup } from "../../protocol/api/14_syncGroup"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { syncFailure } from "../state/group/classic/classicGroup"
import { syncClassicGroup } from "../state/group/classic/syncGroup"

type Response = ResponseInput<typeof syncGroup>

export const onSyncGroup = handler(syncGroup, (request, { acl, groups, version }) => {
  if (!acl.mayRead("group", request.groupId)) return syncFailure(ErrorCode.GroupAuthorizationFailed)
  // From v5 a member says which strategy it assigned by (KIP-559).
  if (version >= 5 && (request.protocolType === null || request.protocolName === null)) {
    return syncFailure(ErrorCode.InconsistentGroupProtocol)
  }
  if (request.groupId === "") return syncFailure(ErrorCode.InvalidGroupId)

  const shard = groups.shardOf(request.groupId)
  // Kafka tells no loading to SyncGroup: members are to rejoin (CoordinatorLoadInProgress → RebalanceInProgress).
  if (shard === ErrorCode.CoordinatorLoadInProgress) return syncFailure(ErrorCode.RebalanceInProgress)
  if (typeof shard === "number") return syncFailure(shard)
  const group = shard.groups.get(request.groupId)
  if (group?.kind !== "classic") return syncFailure(ErrorCode.UnknownMemberId)
  return new Promise<Response>((resolve) => syncClassicGroup(shard, group, request, resolve))
})
