/** OffsetFetch. Kafka: OffsetMetadataManager.fetchOffsets. */
import { ErrorCode } from "../../../protocol/errorCodes"
import type { GroupState } from "./groupContext"
import type { OffsetValue } from "./groupRecords"

export interface FetchedTopic {
  readonly name: string
  readonly partitions: {
    readonly partitionIndex: number
    readonly committedOffset: number
    readonly committedLeaderEpoch: number
    readonly metadata: string
    readonly errorCode: number
  }[]
}

export interface OffsetQuery {
  readonly groupId: string
  readonly memberId: string | null
  readonly memberEpoch: number
  /** Null: every partition that the group has committed. */
  readonly topics: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null
  /** Refuse partitions whose offset an open transaction may change (KIP-447). */
  readonly requireStable: boolean
}

export interface OffsetAnswer {
  readonly errorCode: number
  readonly topics: FetchedTopic[]
}

/** What a group has committed; -1 where there is nothing. A group that does not exist has committed nothing. */
export function fetchOffsets(state: GroupState, query: OffsetQuery): OffsetAnswer {
  const refusal = checkFetch(state, query)
  if (refusal !== ErrorCode.None) return { errorCode: refusal, topics: [] }
  const offsets = state.offsets.get(query.groupId)
  const topics =
    query.topics ??
    [...(offsets?.topics ?? [])].map(([name, partitions]) => ({ name, partitionIndexes: [...partitions.keys()] }))
  return {
    errorCode: ErrorCode.None,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partition) => {
        const unstable = query.requireStable && (offsets?.hasPending(name, partition) ?? false)
        return fetched(partition, unstable ? undefined : offsets?.get(name, partition), unstable)
      }),
    })),
  }
}

/** Members of consumer groups say who they are, and are told when their epoch has passed (KIP-848). */
function checkFetch(state: GroupState, { groupId, memberId, memberEpoch }: OffsetQuery): ErrorCode {
  const group = state.groups.get(groupId)
  if (group?.kind !== "consumer" || (memberId === null && memberEpoch < 0)) return ErrorCode.None
  const member = group.members.get(memberId ?? "")
  if (!member) return ErrorCode.UnknownMemberId
  return member.memberEpoch === memberEpoch ? ErrorCode.None : ErrorCode.StaleMemberEpoch
}

function fetched(partition: number, value: OffsetValue | undefined, unstable: boolean) {
  return {
    partitionIndex: partition,
    committedOffset: value?.offset ?? -1,
    committedLeaderEpoch: value?.leaderEpoch ?? -1,
    metadata: value?.metadata ?? "",
    errorCode: unstable ? ErrorCode.UnstableOffsetCommit : ErrorCode.None,
  }
}
