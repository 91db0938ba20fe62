import type { GroupSnapshot, MemberSnapshot } from "../../../contract/snapshot"
import type { ClassicGroup } from "./classic/classicGroup"
import { assignedPartitions } from "./classic/subscription"
import { type Assignment, pairsOf, union } from "./consumer/assignment"
import type { ConsumerGroup } from "./consumer/consumerGroup"
import { preferredAssignor } from "./consumer/planTarget"
import type { TopicView } from "./consumer/topicView"
import type { Group, GroupState } from "./groupContext"
import type { GroupOffsets } from "./groupOffsets"

/** A group as a snapshot shows it, without the lag. */
export type GroupView = Omit<GroupSnapshot, "offsets"> & { readonly offsets: Readonly<Record<string, OffsetView>> }

export interface OffsetView {
  readonly topic: string
  readonly partition: number
  readonly committed: number
  readonly metadata: string
}

export function viewGroup(
  group: Group,
  offsets: GroupOffsets | undefined,
  { topics, config }: Pick<GroupState, "topics" | "config">,
): GroupView {
  const own =
    group.kind === "classic" ? viewClassicGroup(group) : viewConsumerGroup(group, topics, config.consumerAssignors)
  return { ...own, offsets: viewOffsets(offsets) }
}

function viewConsumerGroup(
  group: ConsumerGroup,
  topics: TopicView,
  supported: readonly string[],
): Omit<GroupView, "offsets"> {
  const names = (assignment: Assignment) =>
    [...pairsOf(assignment)].map(([id, partition]) => `${topics.topicById(id)?.name ?? id}-${partition}`)
  const members: Record<string, MemberSnapshot> = {}
  for (const member of group.members.values()) {
    members[member.memberId] = {
      clientId: member.clientId,
      ...(member.instanceId === null ? {} : { instanceId: member.instanceId }),
      host: member.clientHost,
      epoch: member.memberEpoch,
      owned: names(union(member.assigned, member.revoking)),
      target: names(group.target(member.memberId)),
    }
  }
  const assignor = preferredAssignor(group.members.values(), supported)
  return { protocol: "consumer", state: group.state, epoch: group.epoch, assignor, members }
}

function viewClassicGroup(group: ClassicGroup): Omit<GroupView, "offsets"> {
  const members: Record<string, MemberSnapshot> = {}
  for (const member of group.members.values()) {
    const owned = assignedPartitions(member.assignment).map(({ topic, partition }) => `${topic}-${partition}`)
    members[member.memberId] = {
      clientId: member.clientId,
      ...(member.instanceId === null ? {} : { instanceId: member.instanceId }),
      host: member.clientHost,
      epoch: group.generation,
      owned,
      target: owned,
    }
  }
  return {
    protocol: "classic",
    state: group.state,
    epoch: group.generation,
    assignor: group.protocolName ?? "",
    members,
  }
}

function viewOffsets(offsets: GroupOffsets | undefined): Record<string, OffsetView> {
  const view: Record<string, OffsetView> = {}
  for (const { topic, partition, value } of offsets?.entries() ?? []) {
    view[`${topic}-${partition}`] = { topic, partition, committed: value.offset, metadata: value.metadata }
  }
  return view
}
