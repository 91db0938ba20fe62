/** SyncGroup, Heartbeat and LeaveGroup of the classic protocol. Kafka: GroupMetadataManager.classicGroupSync… */
import { ErrorCode } from "../../../../protocol/errorCodes"
import type { GroupContext } from "../groupContext"
import { classicGroupRecord } from "../groupRecords"
import { type ClassicGroup, syncFailure } from "./classicGroup"
import type { ClassicMember, Reply, SyncAnswer } from "./classicMember"
import { failSyncs, rebalanceOrCompleteJoin, removeMember, renewSession } from "./rebalance"

export interface SyncRequest {
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignments: readonly { readonly memberId: string; readonly assignment: Buffer }[]
}

/** A follower waits for the leader's assignment; the leader's own sync writes it down and hands it to all. */
export function syncClassicGroup(
  context: GroupContext,
  group: ClassicGroup,
  request: SyncRequest,
  reply: Reply<SyncAnswer>,
): void {
  const errorCode = checkSync(group, request)
  const member = group.members.get(request.memberId)
  if (errorCode !== ErrorCode.None || !member) return void reply(syncFailure(errorCode))
  switch (group.state) {
    case "PreparingRebalance":
      return void reply(syncFailure(ErrorCode.RebalanceInProgress))
    case "CompletingRebalance":
      group.answerSync(member, syncFailure(ErrorCode.RebalanceInProgress))
      member.awaitingSync = reply
      markSynced(group, member)
      if (group.leaderId === member.memberId) writeAssignment(context, group, request.assignments)
      return
    case "Stable":
      markSynced(group, member)
      renewSession(context, group, member)
      return void reply(assignmentOf(group, member))
    case "Empty":
    case "Dead":
      return void reply(syncFailure(ErrorCode.UnknownMemberId))
  }
}

/** None, or why a member is to rejoin. Answering renews its session. */
export function heartbeatClassicGroup(
  context: GroupContext,
  group: ClassicGroup,
  request: { readonly memberId: string; readonly groupInstanceId: string | null; readonly generationId: number },
): ErrorCode {
  if (group.state === "Dead") return ErrorCode.CoordinatorNotAvailable
  const errorCode = group.checkMember(request.memberId, request.groupInstanceId)
  const member = group.members.get(request.memberId)
  if (errorCode !== ErrorCode.None || !member) return errorCode
  if (request.generationId !== group.generation) return ErrorCode.IllegalGeneration
  renewSession(context, group, member)
  // A member hears of a rebalance only here: Kafka has no push to clients.
  return group.state === "PreparingRebalance" ? ErrorCode.RebalanceInProgress : ErrorCode.None
}

export interface LeavingMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
}

/** Removes one member at once. An administrator names a static member by its instance id alone (KIP-345). */
export function leaveClassicGroup(context: GroupContext, group: ClassicGroup, leaving: LeavingMember): ErrorCode {
  if (group.state === "Dead") return ErrorCode.CoordinatorNotAvailable
  const { groupInstanceId } = leaving
  const pending = group.pendingJoins.get(leaving.memberId)
  if (pending) {
    if (groupInstanceId !== null) return ErrorCode.UnknownMemberId
    pending.cancel()
    group.pendingJoins.delete(leaving.memberId)
    // A stable group rebalances though nothing has changed in it, as Kafka's does.
    if (group.state !== "Empty") rebalanceOrCompleteJoin(context, group)
    return ErrorCode.None
  }
  const memberId =
    leaving.memberId === "" && groupInstanceId !== null
      ? (group.staticMemberIds.get(groupInstanceId) ?? "")
      : leaving.memberId
  const errorCode = group.checkMember(memberId, groupInstanceId)
  const member = group.members.get(memberId)
  if (errorCode !== ErrorCode.None || !member) return errorCode
  removeMember(context, group, member)
  return ErrorCode.None
}

function checkSync(group: ClassicGroup, request: SyncRequest): ErrorCode {
  if (group.state === "Dead") return ErrorCode.CoordinatorNotAvailable
  const errorCode = group.checkMember(request.memberId, request.groupInstanceId)
  if (errorCode !== ErrorCode.None) return errorCode
  if (request.generationId !== group.generation) return ErrorCode.IllegalGeneration
  const foreignType = request.protocolType !== null && request.protocolType !== group.protocolType
  const foreignName = request.protocolName !== null && request.protocolName !== group.protocolName
  return foreignType || foreignName ? ErrorCode.InconsistentGroupProtocol : ErrorCode.None
}

function markSynced(group: ClassicGroup, member: ClassicMember): void {
  group.pendingSyncs.delete(member.memberId)
  if (group.pendingSyncs.size > 0) return
  group.syncTimer?.cancel()
  group.syncTimer = undefined
}

function writeAssignment(context: GroupContext, group: ClassicGroup, assignments: SyncRequest["assignments"]): void {
  const byMember = new Map(assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)]))
  const generation = group.generation
  const value = group.toValue(byMember)
  context.write([classicGroupRecord(group.groupId, value)], (errorCode) => {
    // A newer generation may have begun, or a member come, while the write was on its way.
    if (group.state !== "CompletingRebalance" || group.generation !== generation) return
    if (errorCode !== ErrorCode.None) {
      failSyncs(context, group, errorCode)
      rebalanceOrCompleteJoin(context, group)
      return
    }
    group.transitionTo("Stable", group.stateSinceMs)
    for (const member of group.members.values()) {
      member.assignment = byMember.get(member.memberId) ?? Buffer.alloc(0)
      if (!member.awaitingSync) continue
      group.answerSync(member, assignmentOf(group, member))
      renewSession(context, group, member)
    }
  })
}

function assignmentOf(group: ClassicGroup, member: ClassicMember): SyncAnswer {
  return {
    errorCode: ErrorCode.None,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    assignment: member.assignment,
  }
}
