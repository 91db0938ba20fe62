/**
 * The join and sync phases of a classic group, and the timers that end them.
 * Kafka: GroupMetadataManager.prepareRebalance, completeClassicGroupJoin, expirePendingSync.
 */
import { ErrorCode } from "../../../../protocol/errorCodes"
import type { GroupContext } from "../groupContext"
import { classicGroupRecord } from "../groupRecords"
import { type ClassicGroup, joinFailure, syncFailure } from "./classicGroup"
import type { ClassicMember, JoinAnswer } from "./classicMember"

/** Starts a rebalance where the state admits one; in the join phase it may be the last that was waited for. */
export function rebalanceOrCompleteJoin(context: GroupContext, group: ClassicGroup): void {
  switch (group.state) {
    case "Empty":
    case "Stable":
    case "CompletingRebalance":
      prepareRebalance(context, group)
      return
    case "PreparingRebalance":
      completeJoinWhenAllAreHere(context, group)
      return
    case "Dead":
      return
  }
}

export function prepareRebalance(context: GroupContext, group: ClassicGroup): void {
  if (group.state === "CompletingRebalance") failSyncs(context, group, ErrorCode.RebalanceInProgress)
  group.syncTimer?.cancel()
  group.pendingSyncs.clear()
  const wasEmpty = group.state === "Empty"
  group.transitionTo("PreparingRebalance", context.clock.now())
  if (wasEmpty) beginInitialDelay(context, group)
  else if (group.hasAllMembersJoined) completeJoin(context, group)
  else waitForJoins(context, group)
}

/** Ends the join phase when nobody is missing, unless the initial delay keeps it open for others to come. */
export function completeJoinWhenAllAreHere(context: GroupContext, group: ClassicGroup): void {
  if (group.state !== "PreparingRebalance" || group.initialDelayRemainingMs !== undefined) return
  if (group.hasAllMembersJoined) completeJoin(context, group)
}

/** Removes a member that left or fell silent. Kafka: removeMemberAndUpdateClassicGroup. */
export function removeMember(context: GroupContext, group: ClassicGroup, member: ClassicMember): void {
  group.remove(member.memberId)
  group.answerJoin(member, joinFailure(ErrorCode.UnknownMemberId, ""))
  group.answerSync(member, syncFailure(ErrorCode.UnknownMemberId))
  rebalanceOrCompleteJoin(context, group)
}

/** (Re)starts a member's session; without `timeoutMs` its own session timeout. */
export function renewSession(
  context: GroupContext,
  group: ClassicGroup,
  member: ClassicMember,
  timeoutMs = member.sessionTimeoutMs,
): void {
  member.sessionTimer?.cancel()
  member.sessionTimer = context.clock.setTimer(timeoutMs, () => expireSession(context, group, member))
}

/** What a member is told of the generation that stands. */
export function generationAnswer(group: ClassicGroup, memberId: string, skipAssignment = false): JoinAnswer {
  return {
    errorCode: ErrorCode.None,
    generationId: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? "",
    skipAssignment,
    memberId,
    members: group.leaderId === memberId ? group.joinedMembers() : [],
  }
}

/** Sends everybody who waits in SyncGroup away and forgets the assignment, which nobody has yet. */
export function failSyncs(context: GroupContext, group: ClassicGroup, errorCode: ErrorCode): void {
  for (const member of group.members.values()) {
    member.assignment = Buffer.alloc(0)
    if (!member.awaitingSync) continue
    group.answerSync(member, syncFailure(errorCode))
    renewSession(context, group, member)
  }
}

/** The first members of an empty group wait for others, so that they do not rebalance one by one (KIP-134). */
function beginInitialDelay(context: GroupContext, group: ClassicGroup): void {
  const delayMs = context.config.initialRebalanceDelayMs
  group.newMemberAdded = false
  group.initialDelayRemainingMs = Math.max(group.rebalanceTimeoutMs - delayMs, 0)
  group.joinTimer = context.clock.setTimer(delayMs, () => continueInitialDelay(context, group))
}

function continueInitialDelay(context: GroupContext, group: ClassicGroup): void {
  const remainingMs = group.initialDelayRemainingMs ?? 0
  if (!group.newMemberAdded || remainingMs === 0) {
    completeJoin(context, group)
    return
  }
  const delayMs = Math.min(context.config.initialRebalanceDelayMs, remainingMs)
  group.newMemberAdded = false
  group.initialDelayRemainingMs = remainingMs - delayMs
  group.joinTimer = context.clock.setTimer(delayMs, () => continueInitialDelay(context, group))
}

function waitForJoins(context: GroupContext, group: ClassicGroup): void {
  group.joinTimer?.cancel()
  group.joinTimer = context.clock.setTimer(group.rebalanceTimeoutMs, () => completeJoin(context, group))
}

function completeJoin(context: GroupContext, group: ClassicGroup): void {
  group.joinTimer?.cancel()
  group.joinTimer = undefined
  group.initialDelayRemainingMs = undefined
  if (group.state === "Dead") return
  // Static members keep their place until their session ends: that is what they are for (KIP-345).
  for (const member of [...group.members.values()]) {
    if (!member.awaitingJoin && !member.isStatic) group.remove(member.memberId)
  }
  if (!electJoinedLeader(group) && group.members.size > 0) {
    waitForJoins(context, group)
    return
  }
  beginGeneration(context, group)
}

/** A leader that has not rejoined cannot assign: the first member that has takes its place. */
function electJoinedLeader(group: ClassicGroup): boolean {
  const leader = group.leaderId === null ? undefined : group.members.get(group.leaderId)
  if (leader?.awaitingJoin) return true
  for (const member of group.members.values()) {
    if (!member.awaitingJoin) continue
    group.leaderId = member.memberId
    return true
  }
  return false
}

function beginGeneration(context: GroupContext, group: ClassicGroup): void {
  const nowMs = context.clock.now()
  group.generation += 1
  if (group.members.size === 0) {
    group.protocolName = null
    group.leaderId = null
    group.transitionTo("Empty", nowMs)
    // A lost write is harmless: the older generation has members that would time out.
    context.write([classicGroupRecord(group.groupId, group.toValue())], () => {})
    return
  }
  group.protocolName = group.selectProtocol()
  group.transitionTo("CompletingRebalance", nowMs)
  for (const member of group.members.values()) {
    group.answerJoin(member, generationAnswer(group, member.memberId))
    renewSession(context, group, member)
    member.isNew = false
    group.pendingSyncs.add(member.memberId)
  }
  group.syncTimer?.cancel()
  group.syncTimer = context.clock.setTimer(group.rebalanceTimeoutMs, () => expireSyncs(context, group))
}

/** Members that joined and then never synced are let go after the rebalance timeout (KAFKA-12495). */
function expireSyncs(context: GroupContext, group: ClassicGroup): void {
  if (group.state !== "CompletingRebalance" && group.state !== "Stable") return
  if (group.pendingSyncs.size === 0) return
  for (const memberId of [...group.pendingSyncs]) group.remove(memberId)
  prepareRebalance(context, group)
}

function expireSession(context: GroupContext, group: ClassicGroup, member: ClassicMember): void {
  if (group.state === "Dead" || group.members.get(member.memberId) !== member) return
  // Who waits for our answer cannot heartbeat: the phase's own timer governs it.
  if (!member.isNew && (member.awaitingJoin || member.awaitingSync)) return
  removeMember(context, group, member)
}
