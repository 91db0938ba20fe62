import type { GroupRecord } from "../groupRecords"
import { type Assignment, nothing, toWire } from "./assignment"

/** Kafka's MemberState, as CurrentMemberAssignment records hold it. */
export const MemberState = { stable: 0, unrevokedPartitions: 1, unreleasedPartitions: 2 } as const
export type MemberState = (typeof MemberState)[keyof typeof MemberState]

/** The member epoch of a static member that has left for a while (KIP-848). */
export const STATIC_LEAVE_EPOCH = -2
export const LEAVE_EPOCH = -1

/** A member of a group of the consumer protocol; replaced, never changed. Kafka: ConsumerGroupMember. */
export interface ConsumerMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** Sorted. */
  readonly subscribedTopicNames: readonly string[]
  readonly subscribedTopicRegex: string | null
  readonly rebalanceTimeoutMs: number
  readonly serverAssignor: string | null
  readonly memberEpoch: number
  readonly previousMemberEpoch: number
  readonly state: MemberState
  /** What the member is told to have; it may still be revoking others. */
  readonly assigned: Assignment
  readonly revoking: Assignment
}

export function newConsumerMember(memberId: string): ConsumerMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: "",
    clientHost: "",
    subscribedTopicNames: [],
    subscribedTopicRegex: null,
    rebalanceTimeoutMs: -1,
    serverAssignor: null,
    memberEpoch: 0,
    previousMemberEpoch: -1,
    state: MemberState.stable,
    assigned: nothing,
    revoking: nothing,
  }
}

/** What a member says of itself. */
export function memberRecord(groupId: string, member: ConsumerMember): GroupRecord {
  return {
    name: "consumerGroupMemberMetadata",
    key: { groupId, memberId: member.memberId },
    value: {
      instanceId: member.instanceId,
      rackId: member.rackId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: member.subscribedTopicNames,
      subscribedTopicRegex: member.subscribedTopicRegex,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      serverAssignor: member.serverAssignor,
      classicMemberMetadata: null,
    },
  }
}

/** What a member has now, and in which epoch. */
export function currentAssignmentRecord(groupId: string, member: ConsumerMember): GroupRecord {
  return {
    name: "consumerGroupCurrentMemberAssignment",
    key: { groupId, memberId: member.memberId },
    value: {
      memberEpoch: member.memberEpoch,
      previousMemberEpoch: member.previousMemberEpoch,
      state: member.state,
      assignedPartitions: toWire(member.assigned),
      partitionsPendingRevocation: toWire(member.revoking),
    },
  }
}

export function groupEpochRecord(groupId: string, epoch: number, metadataHash: number): GroupRecord {
  return { name: "consumerGroupMetadata", key: { groupId }, value: { epoch, metadataHash } }
}

export function targetEpochRecord(groupId: string, assignmentEpoch: number): GroupRecord {
  return { name: "consumerGroupTargetAssignmentMetadata", key: { groupId }, value: { assignmentEpoch } }
}

export function targetRecord(groupId: string, memberId: string, target: Assignment): GroupRecord {
  return {
    name: "consumerGroupTargetAssignmentMember",
    key: { groupId, memberId },
    value: { topicPartitions: toWire(target) },
  }
}

/** Takes a member out of the log, in the order in which Kafka does: what it has, what it is to have, itself. */
export function memberTombstones(groupId: string, memberId: string): GroupRecord[] {
  const key = { groupId, memberId }
  return [
    { name: "consumerGroupCurrentMemberAssignment", key, value: null },
    { name: "consumerGroupTargetAssignmentMember", key, value: null },
    { name: "consumerGroupMemberMetadata", key, value: null },
  ]
}
