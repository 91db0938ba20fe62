import { ErrorCode } from "../../../../protocol/errorCodes"
import type { Timer } from "../../../clock"
import type { ClassicGroupValue } from "../groupRecords"
import {
  ClassicMember,
  type JoinAnswer,
  type JoinedMember,
  type MemberProtocol,
  type SyncAnswer,
} from "./classicMember"

export type ClassicState = "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable" | "Dead"

/** Every consumer's protocol type; Connect uses "connect". */
export const CONSUMER_PROTOCOL_TYPE = "consumer"

/**
 * A group whose clients choose a leader and assign the partitions themselves. Kafka: ClassicGroup.
 * What is durable is one GroupMetadataValue, written when a generation gets its assignment or the group empties.
 */
export class ClassicGroup {
  readonly kind = "classic"
  readonly groupId: string
  state: ClassicState = "Empty"
  stateSinceMs: number
  generation = 0
  protocolType: string | null = null
  protocolName: string | null = null
  leaderId: string | null = null
  readonly members = new Map<string, ClassicMember>()
  readonly staticMemberIds = new Map<string, string>()
  /** Ids given out with MEMBER_ID_REQUIRED that have not joined yet (KIP-394). */
  readonly pendingJoins = new Map<string, Timer>()
  readonly pendingSyncs = new Set<string>()
  joinTimer: Timer | undefined
  syncTimer: Timer | undefined
  /** Set while the initial rebalance delay runs: whatever is asked, the join phase ends only with the timer. */
  initialDelayRemainingMs: number | undefined
  newMemberAdded = false
  /** Grows with every change that a snapshot could show. */
  revision = 0

  constructor(groupId: string, nowMs: number) {
    this.groupId = groupId
    this.stateSinceMs = nowMs
  }

  static restore(groupId: string, value: ClassicGroupValue, nowMs: number): ClassicGroup {
    const group = new ClassicGroup(groupId, value.currentStateTimestamp === -1 ? nowMs : value.currentStateTimestamp)
    group.generation = value.generation
    group.protocolType = value.protocolType === "" ? null : value.protocolType
    group.protocolName = value.protocol
    group.leaderId = value.leader
    for (const member of value.members) {
      group.members.set(
        member.memberId,
        new ClassicMember({
          memberId: member.memberId,
          instanceId: member.groupInstanceId,
          clientId: member.clientId,
          clientHost: member.clientHost,
          rebalanceTimeoutMs: member.rebalanceTimeout === -1 ? member.sessionTimeout : member.rebalanceTimeout,
          sessionTimeoutMs: member.sessionTimeout,
          protocols: [{ name: value.protocol ?? "", metadata: member.subscription }],
          assignment: member.assignment,
        }),
      )
      if (member.groupInstanceId !== null) group.staticMemberIds.set(member.groupInstanceId, member.memberId)
    }
    group.state = group.members.size === 0 ? "Empty" : "Stable"
    return group
  }

  /** What the log holds of the group. `assignments` replaces what the members hold now. */
  toValue(assignments?: ReadonlyMap<string, Buffer>): ClassicGroupValue {
    return {
      protocolType: this.protocolType ?? "",
      generation: this.generation,
      protocol: this.protocolName,
      leader: this.leaderId,
      currentStateTimestamp: this.stateSinceMs,
      members: [...this.members.values()].map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.instanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeout: member.rebalanceTimeoutMs,
        sessionTimeout: member.sessionTimeoutMs,
        subscription: member.metadataFor(this.protocolName),
        assignment: assignments ? (assignments.get(member.memberId) ?? Buffer.alloc(0)) : member.assignment,
      })),
    }
  }

  /** None, UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when the instance id has gone over to another member (KIP-345). */
  checkMember(memberId: string, instanceId: string | null): ErrorCode {
    if (instanceId !== null) {
      const current = this.staticMemberIds.get(instanceId)
      if (current === undefined) return ErrorCode.UnknownMemberId
      if (current !== memberId) return ErrorCode.FencedInstanceId
    }
    return this.members.has(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId
  }

  /** In an empty group anything that names a type and a strategy; else a strategy that all members know. */
  supports(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.state === "Empty") return protocolType !== "" && protocols.length > 0
    if (this.members.size === 0) return this.protocolType === protocolType
    const candidates = this.candidateProtocols()
    return this.protocolType === protocolType && protocols.some((protocol) => candidates.has(protocol.name))
  }

  add(member: ClassicMember): void {
    this.revision += 1
    if (this.members.size === 0) {
      this.leaderId = member.memberId
    }
    this.leaderId ??= member.memberId
    this.members.set(member.memberId, member)
    if (member.instanceId !== null) this.staticMemberIds.set(member.instanceId, member.memberId)
  }

  remove(memberId: string): ClassicMember | undefined {
    const member = this.members.get(memberId)
    if (!member) return undefined
    this.revision += 1
    member.sessionTimer?.cancel()
    this.members.delete(memberId)
    this.pendingSyncs.delete(memberId)
    if (member.instanceId !== null && this.staticMemberIds.get(member.instanceId) === memberId) {
      this.staticMemberIds.delete(member.instanceId)
    }
    if (this.leaderId === memberId) this.leaderId = this.members.keys().next().value ?? null
    return member
  }

  /** Gives a static member's place to the process that came back under the same instance id. */
  replaceStatic(instanceId: string, oldMemberId: string, newMemberId: string): ClassicMember | undefined {
    const member = this.members.get(oldMemberId)
    if (!member) return undefined
    this.revision += 1
    this.members.delete(oldMemberId)
    this.answerJoin(member, joinFailure(ErrorCode.FencedInstanceId, oldMemberId))
    this.answerSync(member, syncFailure(ErrorCode.FencedInstanceId))
    member.memberId = newMemberId
    this.members.set(newMemberId, member)
    this.staticMemberIds.set(instanceId, newMemberId)
    if (this.pendingSyncs.delete(oldMemberId)) this.pendingSyncs.add(newMemberId)
    if (this.leaderId === oldMemberId) this.leaderId = newMemberId
    return member
  }

  transitionTo(state: ClassicState, nowMs: number): void {
    this.revision += 1
    this.state = state
    this.stateSinceMs = nowMs
  }

  get hasAllMembersJoined(): boolean {
    if (this.pendingJoins.size > 0) return false
    for (const member of this.members.values()) if (!member.awaitingJoin) return false
    return true
  }

  /** The longest that any member asks for. */
  get rebalanceTimeoutMs(): number {
    let longest = 0
    for (const member of this.members.values()) longest = Math.max(longest, member.rebalanceTimeoutMs)
    return longest
  }

  /** Each member votes for the first of its strategies that all know; the most votes win, then the first named. */
  selectProtocol(): string | null {
    const candidates = this.candidateProtocols()
    const votes = new Map<string, number>()
    for (const member of this.members.values()) {
      const vote = member.vote(candidates)
      if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1)
    }
    let selected: string | null = null
    let most = 0
    for (const [name, count] of votes) {
      if (count > most) {
        selected = name
        most = count
      }
    }
    return selected
  }

  /** What the leader needs to compute an assignment. */
  joinedMembers(): JoinedMember[] {
    return [...this.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      metadata: member.metadataFor(this.protocolName),
    }))
  }

  answerJoin(member: ClassicMember, answer: JoinAnswer): void {
    const reply = member.awaitingJoin
    member.awaitingJoin = undefined
    reply?.(answer)
  }

  answerSync(member: ClassicMember, answer: SyncAnswer): void {
    const reply = member.awaitingSync
    member.awaitingSync = undefined
    reply?.(answer)
  }

  /** Ends every timer and answers all that wait, when the coordinator leaves this broker or the group is deleted. */
  close(errorCode: ErrorCode): void {
    this.joinTimer?.cancel()
    this.syncTimer?.cancel()
    for (const timer of this.pendingJoins.values()) timer.cancel()
    this.pendingJoins.clear()
    for (const member of this.members.values()) {
      member.sessionTimer?.cancel()
      this.answerJoin(member, joinFailure(errorCode, member.memberId))
      this.answerSync(member, syncFailure(errorCode))
    }
  }

  private candidateProtocols(): ReadonlySet<string> {
    const counts = new Map<string, number>()
    for (const member of this.members.values()) {
      for (const name of new Set(member.protocols.map((protocol) => protocol.name))) {
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
    }
    return new Set([...counts].filter(([, count]) => count === this.members.size).map(([name]) => name))
  }
}

/** Kafka: JoinGroupResponseData of an error, generation -1 and nobody in it. */
export function joinFailure(errorCode: ErrorCode, memberId: string): JoinAnswer {
  return {
    errorCode,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: "",
    skipAssignment: false,
    memberId,
    members: [],
  }
}

export function syncFailure(errorCode: ErrorCode): SyncAnswer {
  return { errorCode, protocolType: null, protocolName: null, assignment: Buffer.alloc(0) }
}
