/** OffsetDelete: forgets what a group has committed for topics that it no longer reads (KIP-496). */
import { offsetDelete } from "../../protocol/api/47_offsetDelete"
import { ErrorCode } from "../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { deleteOffsets, type OffsetDeletionAnswer } from "../state/group/manageGroups"

type Request = RequestOf<typeof offsetDelete>

export const onOffsetDelete = handler(
  offsetDelete,
  async (request, services): Promise<ResponseInput<typeof offsetDelete>> => {
    const { acl, groups } = services
    if (!acl.mayDelete("group", request.groupId)) return { errorCode: ErrorCode.GroupAuthorizationFailed }
    if (request.groupId === "") return { errorCode: ErrorCode.InvalidGroupId }
    const shard = groups.shardOf(request.groupId)
    if (typeof shard === "number") return { errorCode: shard }
    const allowed = request.topics.filter(({ name }) => acl.mayRead("topic", name))
    const topics = allowed.map((topic) => ({
      name: topic.name,
      partitions: topic.partitions.filter(({ partitionIndex }) =>
        services.metadata.partition(topic.name, partitionIndex),
      ),
    }))
    const answer = await new Promise<OffsetDeletionAnswer>((resolve) => {
      deleteOffsets(shard, { groupId: request.groupId, topics }, resolve)
    })
    if (answer.errorCode !== ErrorCode.None) return { errorCode: answer.errorCode }
    return { errorCode: ErrorCode.None, topics: withRefused(request, services, answer) }
  },
)

/** Every partition that was asked for, in its place: refused ones beside those that the coordinator answered. */
function withRefused(request: Request, { acl }: Services, answer: OffsetDeletionAnswer) {
  const answered = new Map(
    answer.topics.map(({ name, partitions }) => [
      name,
      new Map(partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode])),
    ]),
  )
  return request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode: acl.mayRead("topic", name)
        ? (answered.get(name)?.get(partitionIndex) ?? ErrorCode.UnknownTopicOrPartition)
        : ErrorCode.TopicAuthorizationFailed,
    })),
  }))
}
