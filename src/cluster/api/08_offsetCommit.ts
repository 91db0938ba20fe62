/**
 * OffsetCommit: writes down how far a group has read. Answers when `__consumer_offsets` has it on every in-sync replica.
 * Kafka: OffsetMetadataManager.commitOffset. v0 and v1 are served though 4.x dropped them. Not implemented: v10.
 */
import { offsetCommit } from "../../protocol/api/08_offsetCommit"
import { ErrorCode } from "../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { type CommitAnswer, commitOffsets } from "../state/group/commitOffsets"

type Request = RequestOf<typeof offsetCommit>

export const onOffsetCommit = handler(
  offsetCommit,
  async (request, services): Promise<ResponseInput<typeof offsetCommit>> => {
    const { acl, groups, version } = services
    if (!acl.mayRead("group", request.groupId)) return refuseAll(request, ErrorCode.GroupAuthorizationFailed)
    // Kafka keeps no offsets for the empty group id, which old simple consumers send.
    if (request.groupId === "" && request.generationIdOrMemberEpoch >= 0) {
      return refuseAll(request, ErrorCode.InvalidGroupId)
    }
    const shard = groups.shardOf(request.groupId)
    if (typeof shard === "number") return refuseAll(request, shard)

    const topics = existing(request, services)
    const answer = await new Promise<CommitAnswer>((resolve) => {
      commitOffsets(shard, { ...request, topics }, version, resolve)
    })
    return inOrder(request, services, answer)
  },
)

function refuseAll(request: Request, errorCode: ErrorCode) {
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }
}

/** The partitions that the group may commit: those that exist, of topics that the client may read. */
function existing(request: Request, { acl, metadata }: Services) {
  return request.topics
    .filter(({ name }) => acl.mayRead("topic", name))
    .map(({ name, partitions }) => ({
      name,
      topicId: metadata.topic(name)?.id ?? "",
      partitions: partitions.filter(({ partitionIndex }) => metadata.partition(name, partitionIndex)),
    }))
    .filter(({ partitions }) => partitions.length > 0)
}

function inOrder(request: Request, { acl }: Services, answer: CommitAnswer) {
  const answered = new Map(
    answer.topics.map(({ name, partitions }) => [
      name,
      new Map(partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode])),
    ]),
  )
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: acl.mayRead("topic", name)
          ? (answered.get(name)?.get(partitionIndex) ?? ErrorCode.UnknownTopicOrPartition)
          : ErrorCode.TopicAuthorizationFailed,
      })),
    })),
  }
}
