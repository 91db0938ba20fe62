/** Describing and deleting groups and offsets. Kafka: GroupMetadataManager.describeGroups, deleteGroups; KIP-496. */
import { ErrorCode } from "../../../protocol/errorCodes"
import { type ClassicGroup, CONSUMER_PROTOCOL_TYPE } from "./classic/classicGroup"
import { subscribedTopics } from "./classic/subscription"
import { tombstones } from "./expireOffsets"
import type { Group, GroupState } from "./groupContext"
import { type GroupRecord, offsetRecord } from "./groupRecords"

export interface ClassicGroupDescription {
  readonly groupState: string
  readonly protocolType: string
  readonly protocolData: string
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly clientId: string
    readonly clientHost: string
    readonly memberMetadata: Buffer
    readonly memberAssignment: Buffer
  }[]
}

/** Metadata and assignments are told only of a stable group: before that they belong to no generation. */
export function describeClassicGroup(group: ClassicGroup): ClassicGroupDescription {
  const isStable = group.state === "Stable"
  const empty = Buffer.alloc(0)
  return {
    groupState: group.state,
    protocolType: group.protocolType ?? "",
    protocolData: isStable ? (group.protocolName ?? "") : "",
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? member.metadataFor(group.protocolName) : empty,
      memberAssignment: isStable ? member.assignment : empty,
    })),
  }
}

/** Removes a group that nobody is in, with its offsets. */
export function deleteGroup(state: GroupState, groupId: string, reply: (errorCode: ErrorCode) => void): void {
  const group = state.groups.get(groupId)
  if (!group || group.state === "Dead") return void reply(ErrorCode.GroupIdNotFound)
  if (group.state !== "Empty") return void reply(ErrorCode.NonEmptyGroup)
  const records: GroupRecord[] = []
  for (const { topic, partition } of state.offsets.get(groupId)?.entries() ?? []) {
    records.push(offsetRecord(groupId, topic, partition, null))
  }
  state.write([...records, ...tombstones(group)], reply)
  state.forget(groupId)
}

export interface OffsetDeletion {
  readonly groupId: string
  readonly topics: readonly {
    readonly name: string
    readonly partitions: readonly { readonly partitionIndex: number }[]
  }[]
}

export interface OffsetDeletionAnswer {
  readonly errorCode: number
  readonly topics: {
    readonly name: string
    readonly partitions: { readonly partitionIndex: number; readonly errorCode: number }[]
  }[]
}

/** Forgets offsets of topics that no member subscribes to. */
export function deleteOffsets(
  state: GroupState,
  request: OffsetDeletion,
  reply: (answer: OffsetDeletionAnswer) => void,
): void {
  const group = state.groups.get(request.groupId)
  const refusal = group ? checkOffsetDeletion(group) : ErrorCode.GroupIdNotFound
  if (!group || refusal !== ErrorCode.None) return void reply({ errorCode: refusal, topics: [] })
  const offsets = state.offsets.get(request.groupId)
  const records: GroupRecord[] = []
  const topics = request.topics.map(({ name, partitions }) => {
    const subscribed = isSubscribed(group, name)
    return {
      name,
      partitions: partitions.map(({ partitionIndex: partition }) => {
        if (!subscribed && (offsets?.get(name, partition) || offsets?.hasPending(name, partition))) {
          records.push(offsetRecord(request.groupId, name, partition, null))
        }
        return {
          partitionIndex: partition,
          errorCode: subscribed ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None,
        }
      }),
    }
  })
  state.write(records, (errorCode) => reply({ errorCode, topics: errorCode === ErrorCode.None ? topics : [] }))
}

function checkOffsetDeletion(group: Group): ErrorCode {
  if (group.kind === "consumer") return ErrorCode.None
  if (group.state === "Dead") return ErrorCode.GroupIdNotFound
  const mayBeSubscribed = group.protocolType === CONSUMER_PROTOCOL_TYPE
  return group.state === "Empty" || mayBeSubscribed ? ErrorCode.None : ErrorCode.NonEmptyGroup
}

/** Where a member's metadata cannot be read it may subscribe to anything. */
function isSubscribed(group: Group, topic: string): boolean {
  if (group.kind === "consumer") return group.isSubscribedTo(topic)
  if (group.state === "Empty" || group.protocolType !== CONSUMER_PROTOCOL_TYPE) return false
  return subscribedTopics(group)?.has(topic) ?? true
}
