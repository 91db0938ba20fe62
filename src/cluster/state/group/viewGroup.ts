import type { GroupSnapshot, MemberSnapshot } from "../../../contract/snapshot"
import type { ClassicGroup } from "./classic/classicGroup"
import { assignedPartitions } from "./classic/subscription"
import type { Group } from "./groupContext"
import type { GroupOffsets } from "./groupOffsets"

/** A group as a snapshot shows it, without the lag. */
export type GroupView = Omit<GroupSnapshot, "offsets"> & { readonly offsets: Readonly<Record<string, OffsetView>> }

export interface OffsetView {
  readonly topic: string
  readonly partition: number
  readonly committed: number
  readonly metadata: string
}

export function viewGroup(group: Group, offsets: GroupOffsets | undefined): GroupView {
  return { ...viewClassicGroup(group), offsets: viewOffsets(offsets) }
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
