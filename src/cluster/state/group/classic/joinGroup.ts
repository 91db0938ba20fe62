/** JoinGroup of the classic protocol. Kafka: GroupMetadataManager.classicGroupJoinToClassicGroup. */
import { ErrorCode } from "../../../../protocol/errorCodes"
import type { GroupContext, GroupState } from "../groupContext"
import { classicGroupRecord } from "../groupRecords"
import { ClassicGroup, joinFailure } from "./classicGroup"
import { ClassicMember, type JoinAnswer, type MemberProtocol, type Reply } from "./classicMember"
import {
  completeJoinWhenAllAreHere,
  generationAnswer,
  prepareRebalance,
  rebalanceOrCompleteJoin,
  renewSession,
} from "./rebalance"

export interface JoinRequest {
  readonly groupId: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly protocolType: string
  readonly protocols: readonly MemberProtocol[]
}

export interface JoinClient {
  readonly clientId: string
  readonly clientHost: string
  /** From v4 a new dynamic member is given its id first and joins with it in a second request (KIP-394). */
  readonly requiresKnownMemberId: boolean
  /** From v9 a leader that came back may be told that its group's assignment stands (KIP-814). */
  readonly supportsSkippingAssignment: boolean
}

/**
 * An empty group of the consumer protocol gives way, with its offsets kept; undefined where it has members. The group is
 * in the log before its first generation, so that whoever coordinates it next knows of it.
 */
export function foundClassicGroup(state: GroupState, groupId: string): ClassicGroup | undefined {
  const known = state.groups.get(groupId)
  if (known?.kind === "consumer" && known.state !== "Empty") return undefined
  const nowMs = state.clock.now()
  const empty = classicGroupRecord(groupId, new ClassicGroup(groupId, nowMs).toValue())
  state.write([...(known?.kind === "consumer" ? known.tombstones() : []), empty], (errorCode) => {
    const group = state.groups.get(groupId)
    if (errorCode === ErrorCode.None || group?.kind !== "classic" || group.generation > 0) return
    for (const member of group.members.values()) group.answerJoin(member, joinFailure(errorCode, ""))
    state.forget(groupId)
  })
  return state.createClassicGroup(groupId, nowMs)
}

/** Answers at once, or when the join phase ends. The caller has checked the group id and the session timeout. */
export function joinClassicGroup(
  context: GroupContext,
  group: ClassicGroup,
  request: JoinRequest,
  client: JoinClient,
  reply: Reply<JoinAnswer>,
): void {
  const refuse = (errorCode: ErrorCode) => reply(joinFailure(errorCode, request.memberId))
  if (group.state === "Dead") return void refuse(ErrorCode.CoordinatorNotAvailable)
  if (!acceptsOneMore(context, group, request)) {
    // A member that comes too late to the next generation has no place left in the group.
    group.remove(request.memberId)
    return void reply(joinFailure(ErrorCode.GroupMaxSizeReached, ""))
  }
  if (!group.supports(request.protocolType, request.protocols)) return void refuse(ErrorCode.InconsistentGroupProtocol)
  if (request.memberId === "") joinAsNew(context, group, request, client, reply)
  else joinAgain(context, group, request, client, reply)
}

/**
 * Whoever waits in the join phase has a place; until it ends members count by that, so that of a group that is to
 * become smaller the last ones go. Kafka: acceptJoiningMember.
 */
function acceptsOneMore(context: GroupContext, group: ClassicGroup, request: JoinRequest): boolean {
  const { maxSize } = context.config
  const member = group.members.get(request.memberId)
  switch (group.state) {
    case "Empty":
    case "Dead":
      return true
    case "PreparingRebalance": {
      if (member?.awaitingJoin) return true
      return [...group.members.values()].filter((each) => each.awaitingJoin).length < maxSize
    }
    case "CompletingRebalance":
    case "Stable":
      return member !== undefined || group.members.size < maxSize
  }
}

function joinAsNew(
  context: GroupContext,
  group: ClassicGroup,
  request: JoinRequest,
  client: JoinClient,
  reply: Reply<JoinAnswer>,
): void {
  const memberId = `${request.groupInstanceId ?? client.clientId}-${context.newId()}`
  if (request.groupInstanceId !== null) {
    const oldMemberId = group.staticMemberIds.get(request.groupInstanceId)
    if (oldMemberId === undefined) addAndRebalance(context, group, memberId, request, client, reply)
    else replaceStaticMember(context, group, oldMemberId, memberId, request, client, reply)
    return
  }
  if (!client.requiresKnownMemberId) return void addAndRebalance(context, group, memberId, request, client, reply)
  group.pendingJoins.set(
    memberId,
    context.clock.setTimer(request.sessionTimeoutMs, () => expirePendingJoin(context, group, memberId)),
  )
  reply(joinFailure(ErrorCode.MemberIdRequired, memberId))
}

function expirePendingJoin(context: GroupContext, group: ClassicGroup, memberId: string): void {
  group.pendingJoins.delete(memberId)
  completeJoinWhenAllAreHere(context, group)
}

function joinAgain(
  context: GroupContext,
  group: ClassicGroup,
  request: JoinRequest,
  client: JoinClient,
  reply: Reply<JoinAnswer>,
): void {
  const { memberId } = request
  if (group.pendingJoins.has(memberId)) {
    // A pending member is dynamic: an instance id beside its member id belongs to nobody.
    if (request.groupInstanceId !== null) return void reply(joinFailure(ErrorCode.UnknownMemberId, memberId))
    return void addAndRebalance(context, group, memberId, request, client, reply)
  }
  const errorCode = group.checkMember(memberId, request.groupInstanceId)
  const member = group.members.get(memberId)
  if (errorCode !== ErrorCode.None || !member) return void reply(joinFailure(errorCode, memberId))
  switch (group.state) {
    case "PreparingRebalance":
      return void updateAndRebalance(context, group, member, request, reply)
    case "CompletingRebalance":
      // The answer to the same join may have been lost: the generation stands.
      if (member.offersSame(request.protocols)) return void reply(generationAnswer(group, memberId))
      return void updateAndRebalance(context, group, member, request, reply)
    case "Stable":
      // A leader rejoins when what it assigns has changed, partitions of a topic for instance, which we cannot see.
      if (group.leaderId === memberId || !member.offersSame(request.protocols)) {
        return void updateAndRebalance(context, group, member, request, reply)
      }
      return void reply(generationAnswer(group, memberId))
    case "Empty":
    case "Dead":
      return void reply(joinFailure(ErrorCode.UnknownMemberId, memberId))
  }
}

function addAndRebalance(
  context: GroupContext,
  group: ClassicGroup,
  memberId: string,
  request: JoinRequest,
  client: JoinClient,
  reply: Reply<JoinAnswer>,
): void {
  const member = new ClassicMember({
    memberId,
    instanceId: request.groupInstanceId,
    clientId: client.clientId,
    clientHost: client.clientHost,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    sessionTimeoutMs: request.sessionTimeoutMs,
    protocols: keep(request.protocols),
  })
  member.isNew = true
  member.awaitingJoin = reply
  if (group.members.size === 0) group.protocolType = request.protocolType
  group.add(member)
  group.pendingJoins.get(memberId)?.cancel()
  group.pendingJoins.delete(memberId)
  if (group.state === "PreparingRebalance" && group.initialDelayRemainingMs !== undefined) group.newMemberAdded = true
  renewSession(context, group, member, context.config.newMemberJoinTimeoutMs)
  rebalanceOrCompleteJoin(context, group)
}

function updateAndRebalance(
  context: GroupContext,
  group: ClassicGroup,
  member: ClassicMember,
  request: JoinRequest,
  reply: Reply<JoinAnswer>,
): void {
  update(group, member, request, reply)
  rebalanceOrCompleteJoin(context, group)
}

function update(group: ClassicGroup, member: ClassicMember, request: JoinRequest, reply: Reply<JoinAnswer>): void {
  // Kafka leaves the overtaken request unanswered; here its connection would wait for ever.
  group.answerJoin(member, joinFailure(ErrorCode.RebalanceInProgress, member.memberId))
  member.protocols = keep(request.protocols)
  member.rebalanceTimeoutMs = request.rebalanceTimeoutMs
  member.sessionTimeoutMs = request.sessionTimeoutMs
  member.awaitingJoin = reply
}

/** A restarted process takes its instance's place; in a stable group nobody else hears of it (KIP-345). */
function replaceStaticMember(
  context: GroupContext,
  group: ClassicGroup,
  oldMemberId: string,
  memberId: string,
  request: JoinRequest,
  client: JoinClient,
  reply: Reply<JoinAnswer>,
): void {
  const oldLeader = group.leaderId ?? ""
  const member = group.replaceStatic(request.groupInstanceId ?? "", oldMemberId, memberId)
  if (!member) return void reply(joinFailure(ErrorCode.UnknownMemberId, ""))
  const before = { ...member }
  renewSession(context, group, member)
  update(group, member, request, reply)
  switch (group.state) {
    case "Stable":
      if (group.selectProtocol() === group.protocolName) {
        return void persistReplacement(context, group, member, before, oldMemberId, oldLeader, client)
      }
      return void rebalanceOrCompleteJoin(context, group)
    case "CompletingRebalance":
      // The leader may be assigning to the old member id: the new one would get nothing.
      return void prepareRebalance(context, group)
    default:
      return void completeJoinWhenAllAreHere(context, group)
  }
}

function persistReplacement(
  context: GroupContext,
  group: ClassicGroup,
  member: ClassicMember,
  before: Pick<ClassicMember, "protocols" | "rebalanceTimeoutMs" | "sessionTimeoutMs">,
  oldMemberId: string,
  oldLeader: string,
  client: JoinClient,
): void {
  const memberId = member.memberId
  context.write([classicGroupRecord(group.groupId, group.toValue())], (errorCode) => {
    if (group.members.get(memberId) !== member) return
    if (errorCode !== ErrorCode.None) {
      member.protocols = before.protocols
      member.rebalanceTimeoutMs = before.rebalanceTimeoutMs
      member.sessionTimeoutMs = before.sessionTimeoutMs
      group.answerJoin(member, joinFailure(errorCode, ""))
      group.replaceStatic(member.instanceId ?? "", memberId, oldMemberId)
      return
    }
    if (client.supportsSkippingAssignment) {
      group.answerJoin(member, generationAnswer(group, memberId, group.leaderId === memberId))
      return
    }
    // An old client that were told it leads would assign anew: it is told the leader that was.
    group.answerJoin(member, { ...generationAnswer(group, memberId), leader: oldLeader, members: [] })
  })
}

/** What a request holds are views of its frame: what outlives the request is copied. */
function keep(protocols: readonly MemberProtocol[]): MemberProtocol[] {
  return protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }))
}
