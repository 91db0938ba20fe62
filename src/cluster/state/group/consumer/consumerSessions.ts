/**
 * Members that leave, and those that are put out because they fell silent or did not give up partitions in time.
 * Kafka: GroupMetadataManager.consumerGroupLeave, consumerGroupFenceMember.
 */
import { ErrorCode } from "../../../../protocol/errorCodes"
import type { GroupState } from "../groupContext"
import type { GroupRecord } from "../groupRecords"
import { nothing } from "./assignment"
import { type Refusal, refuse } from "./checkHeartbeat"
import type { ConsumerGroup } from "./consumerGroup"
import {
  type ConsumerMember,
  currentAssignmentRecord,
  groupEpochRecord,
  MemberState,
  memberTombstones,
  STATIC_LEAVE_EPOCH,
} from "./consumerMember"
import { subscriptionHash } from "./planTarget"

interface Leaving {
  readonly groupId: string
  readonly memberId: string
  readonly memberEpoch: number
  readonly instanceId: string | null
}

type LeaveAnswer = Refusal & { readonly memberId: string | null; readonly memberEpoch: number }

/** Removes a member, or lets a static one go for a while (epoch -2): its partitions then wait for it. */
export function leaveConsumerGroup(state: GroupState, request: Leaving, reply: (answer: LeaveAnswer) => void): void {
  const { groupId, memberId, memberEpoch, instanceId } = request
  const group = state.groups.get(groupId)
  const failed = (refused: Refusal) => reply({ ...refused, memberId: null, memberEpoch: 0 })
  if (group?.kind !== "consumer") return void failed(refuse(ErrorCode.GroupIdNotFound, `Group ${groupId} not found.`))
  const member = instanceId === null ? group.members.get(memberId) : group.staticMember(instanceId)
  if (!member) return void failed(refuse(ErrorCode.UnknownMemberId, `Member ${memberId} is not a member.`))
  if (member.memberId !== memberId) {
    return void failed(refuse(ErrorCode.FencedInstanceId, `Instance id ${instanceId} belongs to ${member.memberId}.`))
  }
  const done = (errorCode: ErrorCode) => reply({ errorCode, errorMessage: null, memberId, memberEpoch })
  if (memberEpoch === STATIC_LEAVE_EPOCH) {
    group.rebalanceTimers.get(memberId)?.cancel()
    group.rebalanceTimers.delete(memberId)
    // What it was to give up is free: nobody is there any more who has it.
    const away = { ...member, memberEpoch: STATIC_LEAVE_EPOCH, revoking: nothing }
    state.write([currentAssignmentRecord(groupId, away)], done)
    return
  }
  state.write(removal(state, group, member), done)
}

/** (Re)starts a member's session, and watches that it gives up in time what it is to revoke. */
export function watchMember(state: GroupState, groupId: string, memberId: string): void {
  const group = state.groups.get(groupId)
  const member = group?.kind === "consumer" ? group.members.get(memberId) : undefined
  if (group?.kind !== "consumer" || !member) return
  const { clock } = state
  group.sessionTimers.get(memberId)?.cancel()
  group.sessionTimers.set(
    memberId,
    clock.setTimer(state.consumerTimes(groupId).sessionTimeoutMs, () => fence(state, group, memberId)),
  )
  if (member.state !== MemberState.unrevokedPartitions) {
    group.rebalanceTimers.get(memberId)?.cancel()
    group.rebalanceTimers.delete(memberId)
    return
  }
  if (group.rebalanceTimers.has(memberId)) return
  const epoch = member.memberEpoch
  const timer = clock.setTimer(member.rebalanceTimeoutMs, () => {
    group.rebalanceTimers.delete(memberId)
    const now = group.members.get(memberId)
    if (now?.state === MemberState.unrevokedPartitions && now.memberEpoch === epoch) fence(state, group, memberId)
  })
  group.rebalanceTimers.set(memberId, timer)
}

function fence(state: GroupState, group: ConsumerGroup, memberId: string): void {
  const member = group.members.get(memberId)
  if (!member || state.groups.get(group.groupId) !== group) return
  state.write(removal(state, group, member), (errorCode) => {
    // The next session's end tries again.
    if (errorCode !== ErrorCode.None) watchMember(state, group.groupId, memberId)
  })
}

/** The group gets a new epoch without the member; its target follows with the next heartbeat of any other. */
function removal(state: GroupState, group: ConsumerGroup, member: ConsumerMember): GroupRecord[] {
  const others = [...group.members.values()].filter((each) => each !== member)
  return [
    ...memberTombstones(group.groupId, member.memberId),
    groupEpochRecord(group.groupId, group.epoch + 1, subscriptionHash(state, group, others)),
  ]
}
