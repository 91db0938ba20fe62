import type { ConsumerGroupCurrentMemberAssignmentValue } from "../../../../protocol/record/consumerGroupCurrentMemberAssignment"
import type { ConsumerGroupMemberMetadataValue } from "../../../../protocol/record/consumerGroupMemberMetadata"
import type { ConsumerGroupRegularExpressionValue } from "../../../../protocol/record/consumerGroupRegularExpression"
import type { Timer } from "../../../clock"
import type { GroupRecord } from "../groupRecords"
import { type Assignment, fromWire, nothing, pairsOf } from "./assignment"
import { type ConsumerMember, MemberState, memberTombstones, newConsumerMember } from "./consumerMember"

export type ConsumerGroupState = "Empty" | "Assigning" | "Reconciling" | "Stable" | "Dead"

/**
 * A group whose partitions the coordinator assigns (KIP-848). Kafka: ConsumerGroup.
 * Everything but the timers is made by replaying records: the rules compute records, writing applies them.
 */
export class ConsumerGroup {
  readonly kind = "consumer"
  readonly groupId: string
  epoch = 0
  metadataHash = 0
  targetEpoch = 0
  readonly members = new Map<string, ConsumerMember>()
  readonly targets = new Map<string, Assignment>()
  readonly staticMemberIds = new Map<string, string>()
  /** Topics that each regular expression matched when it was last resolved. */
  readonly regexes = new Map<string, ConsumerGroupRegularExpressionValue>()
  /** The member that has a partition, or is still giving it up; keyed "topicId/partition". */
  readonly owners = new Map<string, string>()
  readonly sessionTimers = new Map<string, Timer>()
  readonly rebalanceTimers = new Map<string, Timer>()
  /** The revision of the metadata that `metadataHash` was computed from. */
  metadataRevision = -1

  constructor(groupId: string) {
    this.groupId = groupId
  }

  get state(): ConsumerGroupState {
    if (this.members.size === 0) return "Empty"
    if (this.epoch > this.targetEpoch) return "Assigning"
    for (const member of this.members.values()) if (!this.isReconciled(member)) return "Reconciling"
    return "Stable"
  }

  isReconciled(member: ConsumerMember): boolean {
    return member.state === MemberState.stable && member.memberEpoch === this.targetEpoch
  }

  staticMember(instanceId: string): ConsumerMember | undefined {
    const memberId = this.staticMemberIds.get(instanceId)
    return memberId === undefined ? undefined : this.members.get(memberId)
  }

  target(memberId: string): Assignment {
    return this.targets.get(memberId) ?? nothing
  }

  ownerOf(topicId: string, partition: number): string | undefined {
    return this.owners.get(`${topicId}/${partition}`)
  }

  isSubscribedTo(topic: string): boolean {
    for (const member of this.members.values()) {
      if (member.subscribedTopicNames.includes(topic)) return true
      const regex = member.subscribedTopicRegex
      if (regex !== null && this.regexes.get(regex)?.topics.includes(topic)) return true
    }
    return false
  }

  /** The records that take the whole group out of the log. */
  tombstones(): GroupRecord[] {
    const key = { groupId: this.groupId }
    return [
      ...[...this.members.keys()].flatMap((memberId) => memberTombstones(this.groupId, memberId)),
      { name: "consumerGroupTargetAssignmentMetadata", key, value: null },
      ...[...this.regexes.keys()].map(
        (regularExpression): GroupRecord => ({
          name: "consumerGroupRegularExpression",
          key: { groupId: this.groupId, regularExpression },
          value: null,
        }),
      ),
      { name: "consumerGroupMetadata", key, value: null },
    ]
  }

  applyMember(memberId: string, value: ConsumerGroupMemberMetadataValue | null): void {
    const before = this.members.get(memberId)
    if (before?.instanceId !== null && before?.instanceId !== undefined) {
      if (this.staticMemberIds.get(before.instanceId) === memberId) this.staticMemberIds.delete(before.instanceId)
    }
    if (value === null) {
      this.applyCurrentAssignment(memberId, null)
      this.members.delete(memberId)
      this.cancelTimers(memberId)
      return
    }
    const { classicMemberMetadata: _, ...own } = value
    this.members.set(memberId, { ...(before ?? newConsumerMember(memberId)), ...own })
    if (value.instanceId !== null) this.staticMemberIds.set(value.instanceId, memberId)
  }

  applyCurrentAssignment(memberId: string, value: ConsumerGroupCurrentMemberAssignmentValue | null): void {
    const before = this.members.get(memberId)
    if (before) {
      for (const each of [before.assigned, before.revoking]) this.release(memberId, each)
    }
    if (value === null) {
      if (!before) return
      const { assigned, revoking, memberEpoch, previousMemberEpoch, state } = newConsumerMember(memberId)
      this.members.set(memberId, { ...before, assigned, revoking, memberEpoch, previousMemberEpoch, state })
      return
    }
    const member: ConsumerMember = {
      ...(before ?? newConsumerMember(memberId)),
      memberEpoch: value.memberEpoch,
      previousMemberEpoch: value.previousMemberEpoch,
      state: value.state as MemberState,
      assigned: fromWire(value.assignedPartitions),
      revoking: fromWire(value.partitionsPendingRevocation),
    }
    this.members.set(memberId, member)
    for (const each of [member.assigned, member.revoking]) this.own(memberId, each)
  }

  applyTarget(memberId: string, target: Assignment | null): void {
    if (target === null) this.targets.delete(memberId)
    else this.targets.set(memberId, target)
  }

  applyRegex(regex: string, value: ConsumerGroupRegularExpressionValue | null): void {
    if (value === null) this.regexes.delete(regex)
    else this.regexes.set(regex, value)
  }

  /** Ends every timer. */
  close(): void {
    for (const memberId of [...this.members.keys()]) this.cancelTimers(memberId)
  }

  cancelTimers(memberId: string): void {
    this.sessionTimers.get(memberId)?.cancel()
    this.sessionTimers.delete(memberId)
    this.rebalanceTimers.get(memberId)?.cancel()
    this.rebalanceTimers.delete(memberId)
  }

  private own(memberId: string, assignment: Assignment): void {
    for (const [topicId, partition] of pairsOf(assignment)) this.owners.set(`${topicId}/${partition}`, memberId)
  }

  private release(memberId: string, assignment: Assignment): void {
    for (const [topicId, partition] of pairsOf(assignment)) {
      const key = `${topicId}/${partition}`
      if (this.owners.get(key) === memberId) this.owners.delete(key)
    }
  }
}
