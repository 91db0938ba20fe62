/** ConsumerGroupHeartbeat: joining, staying and leaving (KIP-848). Kafka: GroupMetadataManager.consumerGroupHeartbeat. */
import { ErrorCode } from "../../../../protocol/errorCodes"
import type { GroupState } from "../groupContext"
import type { GroupRecord } from "../groupRecords"
import { type Assignment, equal, fromWire, isSubset, toWire, type WireAssignment } from "./assignment"
import { type ConsumerHeartbeat, checkHeartbeat, type Refusal, refuse } from "./checkHeartbeat"
import { ConsumerGroup } from "./consumerGroup"
import {
  type ConsumerMember,
  currentAssignmentRecord,
  memberRecord,
  memberTombstones,
  newConsumerMember,
  STATIC_LEAVE_EPOCH,
  targetRecord,
} from "./consumerMember"
import { leaveConsumerGroup, watchMember } from "./consumerSessions"
import { planTarget, type TargetPlan } from "./planTarget"
import { reconcileMember } from "./reconcileMember"

export interface HeartbeatAnswer {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly memberId: string | null
  readonly memberEpoch: number
  readonly heartbeatIntervalMs: number
  readonly assignment: { readonly topicPartitions: WireAssignment } | null
}

export interface HeartbeatClient {
  readonly clientId: string
  readonly clientHost: string
  readonly version: number
}

type Reply = (answer: HeartbeatAnswer) => void

/** Answers when all that it changed is committed. */
export function heartbeatConsumerGroup(
  state: GroupState,
  request: ConsumerHeartbeat,
  client: HeartbeatClient,
  reply: Reply,
): void {
  const invalid = checkHeartbeat(request, client.version, state.config.consumerAssignors)
  if (invalid) return void reply(refusal(invalid))
  if (request.memberEpoch < 0) return void leaveConsumerGroup(state, request, (answer) => reply(answered(answer)))
  const found = findGroup(state, request)
  if ("errorCode" in found) return void reply(refusal(found))
  const step = planHeartbeat(state, found.group, request, client)
  if ("errorCode" in step) return void reply(refusal(step))
  const { group } = found
  const { member } = step
  state.write([...found.records, ...step.records], (errorCode) => {
    if (errorCode !== ErrorCode.None) {
      group.metadataRevision = -1
      return void reply(refusal(refuse(errorCode, "The coordinator could not write.")))
    }
    reply({
      errorCode: ErrorCode.None,
      errorMessage: null,
      memberId: member.memberId,
      memberEpoch: member.memberEpoch,
      heartbeatIntervalMs: state.consumerTimes(group.groupId).heartbeatIntervalMs,
      assignment: step.tellsAssignment ? { topicPartitions: toWire(member.assigned) } : null,
    })
  })
  // The session goes on from when the heartbeat came, however long its answer takes to be committed.
  watchMember(state, group.groupId, member.memberId)
}

interface FoundGroup {
  readonly group: ConsumerGroup
  /** Written first, when an empty classic group gives way. */
  readonly records: readonly GroupRecord[]
}

/** Who joins founds the group, by its first records; an empty classic group gives way, with its offsets kept. */
function findGroup(state: GroupState, { groupId, memberEpoch }: ConsumerHeartbeat): FoundGroup | Refusal {
  const known = state.groups.get(groupId)
  if (known?.kind === "consumer") return { group: known, records: [] }
  if (memberEpoch !== 0) return refuse(ErrorCode.GroupIdNotFound, `Group ${groupId} not found.`)
  if (known && (known.state !== "Empty" || known.pendingJoins.size > 0)) {
    return refuse(ErrorCode.GroupIdNotFound, `Group ${groupId} is not a consumer group.`)
  }
  const group = new ConsumerGroup(groupId)
  const records: GroupRecord[] = known ? [{ name: "groupMetadata", key: { group: groupId }, value: null }] : []
  return { group, records }
}

interface HeartbeatStep {
  readonly member: ConsumerMember
  readonly records: readonly GroupRecord[]
  readonly tellsAssignment: boolean
}

function planHeartbeat(
  state: GroupState,
  group: ConsumerGroup,
  request: ConsumerHeartbeat,
  client: HeartbeatClient,
): HeartbeatStep | Refusal {
  const owned = request.topicPartitions === null ? null : fromWire(request.topicPartitions)
  const memberId = request.memberId === "" ? state.newId() : request.memberId
  if (!group.members.has(memberId) && group.members.size >= state.config.consumerMaxSize) {
    return refuse(ErrorCode.GroupMaxSizeReached, `The group has reached its maximum of ${group.members.size} members.`)
  }
  const place = findPlace(group, memberId, request, owned)
  if ("errorCode" in place) return place
  const records: GroupRecord[] = [...place.records]
  const told = describe(place.member, request, client)
  const subscriptionChanged = !sameSubscription(place.member, told)
  if (subscriptionChanged || place.isNew || !sameIdentity(place.member, told)) {
    records.push(memberRecord(group.groupId, told))
  }
  // Who comes and subscribes to nothing changes nothing for the others; the first member begins the group.
  const isChanged = subscriptionChanged || group.epoch === 0
  const plan = planTarget(state, group, told, place.replaces, isChanged)
  if ("errorCode" in plan) return plan
  records.push(...plan.records)
  const member = reconcile(group, told, plan, place.replaces, owned)
  if (!sameProgress(place.member, member) || place.isNew) records.push(currentAssignmentRecord(group.groupId, member))
  const isFull =
    request.memberEpoch === 0 ||
    (request.rebalanceTimeoutMs !== -1 && request.subscribedTopicNames !== null && owned !== null)
  return { member, records, tellsAssignment: isFull || !equal(place.member.assigned, member.assigned) }
}

interface Place {
  readonly member: ConsumerMember
  readonly isNew: boolean
  /** The member id that a restarted static member had. */
  readonly replaces?: string
  readonly records: readonly GroupRecord[]
}

function findPlace(
  group: ConsumerGroup,
  memberId: string,
  request: ConsumerHeartbeat,
  owned: Assignment | null,
): Place | Refusal {
  const { instanceId, memberEpoch } = request
  const joins = memberEpoch === 0
  const current = instanceId === null ? group.members.get(memberId) : group.staticMember(instanceId)
  if (!current) {
    if (joins) return { member: newConsumerMember(memberId), isNew: true, records: [] }
    return refuse(ErrorCode.UnknownMemberId, `Member ${memberId} is not a member of group ${group.groupId}.`)
  }
  if (joins && instanceId !== null) {
    // Not even its own: the coordinator cannot tell a restarted process from a second one of the same name.
    if (current.memberEpoch !== STATIC_LEAVE_EPOCH) {
      return refuse(ErrorCode.UnreleasedInstanceId, `Instance id ${instanceId} is still held by ${current.memberId}.`)
    }
    return replaceStatic(group, current, memberId)
  }
  if (current.memberId !== memberId) {
    return refuse(ErrorCode.FencedInstanceId, `Instance id ${instanceId} belongs to ${current.memberId}.`)
  }
  return checkEpoch(current, memberEpoch, owned) ?? { member: current, isNew: false, records: [] }
}

/** A restarted static member takes over what its instance had (KIP-848, static membership). */
function replaceStatic(group: ConsumerGroup, current: ConsumerMember, memberId: string): Place {
  const records = [
    ...memberTombstones(group.groupId, current.memberId),
    targetRecord(group.groupId, memberId, group.target(current.memberId)),
  ]
  const member = { ...current, memberId, memberEpoch: 0, previousMemberEpoch: 0 }
  return { member, isNew: true, replaces: current.memberId, records }
}

/** A member may be one epoch behind when the answer that told the new one was lost. */
function checkEpoch(member: ConsumerMember, received: number, owned: Assignment | null): Refusal | undefined {
  if (received === member.memberEpoch) return undefined
  const lostAnswer =
    received < member.memberEpoch &&
    received === member.previousMemberEpoch &&
    owned !== null &&
    isSubset(owned, member.assigned)
  if (lostAnswer) return undefined
  const direction = received > member.memberEpoch ? "greater" : "smaller"
  return refuse(
    ErrorCode.FencedMemberEpoch,
    `The consumer group member has a ${direction} member epoch (${received}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`,
  )
}

/** The member with what it says now; what it leaves out stays as it was. */
function describe(member: ConsumerMember, request: ConsumerHeartbeat, client: HeartbeatClient): ConsumerMember {
  const { subscribedTopicNames: names, subscribedTopicRegex: regex } = request
  return {
    ...member,
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? member.serverAssignor,
    subscribedTopicNames: names === null ? member.subscribedTopicNames : [...new Set(names)].sort(),
    // The empty expression takes the subscription by expression back.
    subscribedTopicRegex: regex === null ? member.subscribedTopicRegex : regex === "" ? null : regex,
    clientId: client.clientId,
    clientHost: client.clientHost,
  }
}

function sameSubscription(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.subscribedTopicRegex === b.subscribedTopicRegex &&
    a.subscribedTopicNames.join("\0") === b.subscribedTopicNames.join("\0")
  )
}

function sameIdentity(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.instanceId === b.instanceId &&
    a.rackId === b.rackId &&
    a.serverAssignor === b.serverAssignor &&
    a.clientId === b.clientId &&
    a.clientHost === b.clientHost &&
    a.rebalanceTimeoutMs === b.rebalanceTimeoutMs
  )
}

function sameProgress(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.memberEpoch === b.memberEpoch &&
    a.previousMemberEpoch === b.previousMemberEpoch &&
    a.state === b.state &&
    equal(a.assigned, b.assigned) &&
    equal(a.revoking, b.revoking)
  )
}

function reconcile(
  group: ConsumerGroup,
  member: ConsumerMember,
  plan: TargetPlan,
  replaces: string | undefined,
  owned: Assignment | null,
): ConsumerMember {
  return reconcileMember(member, {
    targetEpoch: plan.targetEpoch,
    target: plan.target,
    owned,
    isTaken: (topicId, partition) => {
      const owner = group.ownerOf(topicId, partition)
      return owner !== undefined && owner !== replaces
    },
  })
}

function refusal(refused: Refusal): HeartbeatAnswer {
  return {
    errorCode: refused.errorCode,
    errorMessage: refused.errorMessage,
    memberId: null,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
    assignment: null,
  }
}

function answered(
  answer: Refusal & { readonly memberId: string | null; readonly memberEpoch: number },
): HeartbeatAnswer {
  return { ...answer, heartbeatIntervalMs: 0, assignment: null }
}
