/** A member's next step towards its target. Kafka: CurrentAssignmentBuilder. */
import { type Assignment, difference, fromPairs, intersection, nothing, pairsOf, union } from "./assignment"
import { type ConsumerMember, MemberState } from "./consumerMember"

export interface Reconciliation {
  readonly targetEpoch: number
  readonly target: Assignment
  /** What the member says that it has; null when it says nothing. */
  readonly owned: Assignment | null
  /** True while any member has a partition or is giving it up. */
  readonly isTaken: (topicId: string, partition: number) => boolean
}

/**
 * A member first gives up what it is not to keep; it enters the target epoch when it has, and gets the rest of its
 * target as the others give it up. So no partition has two owners.
 */
export function reconcileMember(member: ConsumerMember, to: Reconciliation): ConsumerMember {
  switch (member.state) {
    case MemberState.stable:
      return member.memberEpoch === to.targetEpoch ? member : nextAssignment(member, member.memberEpoch, to)
    case MemberState.unrevokedPartitions:
      if (stillOwns(to.owned, member.revoking)) return member
      return nextAssignment(member, member.memberEpoch + 1, to)
    case MemberState.unreleasedPartitions:
      return nextAssignment(member, member.memberEpoch, to)
  }
}

function nextAssignment(member: ConsumerMember, memberEpoch: number, to: Reconciliation): ConsumerMember {
  const kept = intersection(member.assigned, to.target)
  const revoking = difference(member.assigned, kept)
  if (revoking.size > 0 && stillOwns(to.owned, revoking)) {
    return step(member, { memberEpoch, state: MemberState.unrevokedPartitions, assigned: kept, revoking })
  }
  const missing = [...pairsOf(difference(to.target, kept))]
  const free = missing.filter(([topicId, partition]) => !to.isTaken(topicId, partition))
  return step(member, {
    memberEpoch: to.targetEpoch,
    state: free.length < missing.length ? MemberState.unreleasedPartitions : MemberState.stable,
    assigned: union(kept, fromPairs(free)),
    revoking: nothing,
  })
}

/** The epoch before is remembered: the answer that tells the new one may be lost, and the member then asks with the old. */
function step(
  member: ConsumerMember,
  next: Pick<ConsumerMember, "memberEpoch" | "state" | "assigned" | "revoking">,
): ConsumerMember {
  return { ...member, ...next, previousMemberEpoch: member.memberEpoch }
}

/** Who does not say what it has may have anything. */
function stillOwns(owned: Assignment | null, revoking: Assignment): boolean {
  return owned === null || intersection(owned, revoking).size > 0
}
