/** OffsetCommit, OffsetFetch and OffsetDelete. Kafka: OffsetMetadataManager. */
import { ErrorCode } from "../../../protocol/errorCodes"
import type { TransactionalProducer } from "../coordinatorLog"
import type { ClassicGroup } from "./classic/classicGroup"
import { renewSession } from "./classic/rebalance"
import type { ConsumerGroup } from "./consumer/consumerGroup"
import type { GroupState } from "./groupContext"
import { type GroupRecord, type OffsetValue, offsetRecord } from "./groupRecords"

/** From this version of OffsetCommit and OffsetFetch a member of a consumer group says its epoch. */
const MEMBER_EPOCH_VERSION = 9

export interface CommitRequest {
  readonly groupId: string
  /** -1: no member, a simple consumer or an administrator. */
  readonly generationIdOrMemberEpoch: number
  readonly memberId: string
  readonly groupInstanceId: string | null
  /** -1: by the broker's own retention. */
  readonly retentionTimeMs: number
  readonly topics: readonly {
    readonly name: string
    readonly topicId: string
    readonly partitions: readonly {
      readonly partitionIndex: number
      readonly committedOffset: number
      readonly committedLeaderEpoch: number
      readonly commitTimestamp: number
      readonly committedMetadata: string | null
    }[]
  }[]
}

export interface CommitAnswer {
  readonly topics: {
    readonly name: string
    readonly partitions: { readonly partitionIndex: number; readonly errorCode: number }[]
  }[]
}

/** Writes offsets of partitions that exist; answers when they are committed. */
export function commitOffsets(
  state: GroupState,
  request: CommitRequest,
  version: number,
  reply: (answer: CommitAnswer) => void,
): void {
  const refusal = checkCommit(state, request, version)
  if (refusal !== ErrorCode.None) return void reply(commitAnswer(state, request, () => refusal))
  writeOffsets(state, request, undefined, reply)
}

/** Writes offsets whose group and member have been checked, for a transaction or for good. */
export function writeOffsets(
  state: GroupState,
  request: CommitRequest,
  producer: TransactionalProducer | undefined,
  reply: (answer: CommitAnswer) => void,
): void {
  const records = request.topics.flatMap(({ name, topicId, partitions }) =>
    partitions
      .filter((partition) => !isTooLarge(state, partition.committedMetadata))
      .map((partition): GroupRecord => {
        const value = offsetValue(partition, topicId, request.retentionTimeMs, state.clock.now())
        return offsetRecord(request.groupId, name, partition.partitionIndex, value)
      }),
  )
  const done = (errorCode: ErrorCode) => reply(commitAnswer(state, request, () => errorCode))
  if (records.length === 0) done(ErrorCode.None)
  else state.write(records, done, producer)
}

/** Offsets are bound to a generation, unless nobody is in the group. Kafka: ClassicGroup.validateOffsetCommit. */
export function checkClassicCommit(
  group: ClassicGroup,
  request: Pick<CommitRequest, "generationIdOrMemberEpoch" | "memberId" | "groupInstanceId">,
  isTransactional: boolean,
): ErrorCode {
  const { generationIdOrMemberEpoch: generation, memberId, groupInstanceId } = request
  if (group.state === "Dead") return ErrorCode.CoordinatorNotAvailable
  if (generation < 0 && group.state === "Empty") return ErrorCode.None
  if (generation >= 0 || memberId !== "" || groupInstanceId !== null) {
    const errorCode = group.checkMember(memberId, groupInstanceId)
    if (errorCode !== ErrorCode.None) return errorCode
    if (generation !== group.generation) return ErrorCode.IllegalGeneration
  } else if (!isTransactional) {
    return ErrorCode.UnknownMemberId
  }
  // Between join and sync nobody owns a partition; in the join phase the last generation's owners may still commit.
  if (!isTransactional && group.state === "CompletingRebalance") return ErrorCode.RebalanceInProgress
  return ErrorCode.None
}

/** Kafka: OffsetMetadataManager.validateTransactionalOffsetCommit. */
export function checkTransactionalCommit(state: GroupState, request: CommitRequest): ErrorCode {
  const group = state.groups.get(request.groupId)
  if (!group) return request.generationIdOrMemberEpoch < 0 ? ErrorCode.None : ErrorCode.IllegalGeneration
  if (group.kind === "classic") return checkClassicCommit(group, request, true)
  // The member epoch has no error of its own in this API.
  const errorCode = checkConsumerCommit(group, request, "transactional")
  return errorCode === ErrorCode.StaleMemberEpoch ? ErrorCode.IllegalGeneration : errorCode
}

function checkCommit(state: GroupState, request: CommitRequest, version: number): ErrorCode {
  const group = state.groups.get(request.groupId)
  if (!group) {
    if (request.generationIdOrMemberEpoch < 0) return ErrorCode.None
    return version >= MEMBER_EPOCH_VERSION ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration
  }
  if (group.kind === "consumer") return checkConsumerCommit(group, request, version)
  const errorCode = checkClassicCommit(group, request, false)
  const member = group.members.get(request.memberId)
  if (errorCode === ErrorCode.None && member) renewSession(state, group, member)
  return errorCode
}

/**
 * Offsets are bound to a member epoch. A transaction's may come by any version: those of TxnOffsetCommit count apart.
 * Kafka: ConsumerGroup.validateOffsetCommit.
 */
export function checkConsumerCommit(
  group: ConsumerGroup,
  request: Pick<CommitRequest, "generationIdOrMemberEpoch" | "memberId">,
  version: number | "transactional",
): ErrorCode {
  if (request.generationIdOrMemberEpoch < 0 && group.members.size === 0) return ErrorCode.None
  const member = group.members.get(request.memberId)
  if (!member) return ErrorCode.UnknownMemberId
  if (version !== "transactional" && version < MEMBER_EPOCH_VERSION) return ErrorCode.UnsupportedVersion
  return request.generationIdOrMemberEpoch === member.memberEpoch ? ErrorCode.None : ErrorCode.StaleMemberEpoch
}

function commitAnswer(state: GroupState, request: CommitRequest, errorOf: () => ErrorCode): CommitAnswer {
  const errorCode = errorOf()
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, committedMetadata }) => ({
        partitionIndex,
        errorCode:
          errorCode === ErrorCode.None && isTooLarge(state, committedMetadata)
            ? ErrorCode.OffsetMetadataTooLarge
            : errorCode,
      })),
    })),
  }
}

function isTooLarge(state: GroupState, metadata: string | null): boolean {
  return metadata !== null && metadata.length > state.config.offsetMetadataMaxBytes
}

function offsetValue(
  partition: CommitRequest["topics"][number]["partitions"][number],
  topicId: string,
  retentionTimeMs: number,
  nowMs: number,
): OffsetValue {
  return {
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata ?? "",
    commitTimestamp: partition.commitTimestamp === -1 ? nowMs : partition.commitTimestamp,
    expireTimestamp: retentionTimeMs === -1 ? -1 : nowMs + retentionTimeMs,
    topicId,
  }
}
