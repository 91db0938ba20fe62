/**
 * OffsetFetch: what groups have committed; from v8 several groups at once, from v7 only what no transaction may change.
 * Kafka: OffsetMetadataManager.fetchOffsets. v0 is served though 4.x dropped it. Not implemented: v10.
 */
import { offsetFetch } from "../../protocol/api/09_offsetFetch"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { type FetchedTopic, fetchOffsets, type OffsetAnswer, type OffsetQuery } from "../state/group/fetchOffsets"

/** From this version the error of a group has a place of its own. */
const TOP_LEVEL_ERROR_VERSION = 2

export const onOffsetFetch = handler(
  offsetFetch,
  async (request, services): Promise<ResponseInput<typeof offsetFetch>> => {
    const { version } = services
    const { requireStable } = request
    if (version >= 8) {
      const answers = await Promise.all(
        request.groups.map(async (group) => ({
          groupId: group.groupId,
          ...(await answerGroup({ ...group, requireStable }, services)),
        })),
      )
      return { groups: answers }
    }
    const query = { ...request, memberId: null, memberEpoch: -1 }
    const answer = await answerGroup(query, services)
    if (answer.errorCode === ErrorCode.None || version >= TOP_LEVEL_ERROR_VERSION) return answer
    return {
      topics: (request.topics ?? []).map(({ name, partitionIndexes }) => refused(name, partitionIndexes, answer)),
    }
  },
)

async function answerGroup(query: OffsetQuery, { acl, groups }: Services): Promise<OffsetAnswer> {
  if (!acl.mayDescribe("group", query.groupId)) return { errorCode: ErrorCode.GroupAuthorizationFailed, topics: [] }
  const shard = groups.shardOf(query.groupId)
  if (typeof shard === "number") return { errorCode: shard, topics: [] }
  const allowed = query.topics?.filter(({ name }) => acl.mayDescribe("topic", name)) ?? null
  // What must not change any more includes commits that are still on their way to the replicas.
  const settled = query.requireStable ? await shard.settled() : ErrorCode.None
  if (settled !== ErrorCode.None) return { errorCode: settled, topics: [] }
  const answer = fetchOffsets(shard, { ...query, topics: allowed })
  if (answer.errorCode !== ErrorCode.None) return answer
  if (query.topics === null) {
    return { ...answer, topics: answer.topics.filter(({ name }) => acl.mayDescribe("topic", name)) }
  }
  const answered = new Map(answer.topics.map((topic) => [topic.name, topic]))
  const topics = query.topics.map(
    ({ name, partitionIndexes }) =>
      answered.get(name) ??
      refused(name, partitionIndexes, { errorCode: ErrorCode.TopicAuthorizationFailed, topics: [] }),
  )
  return { ...answer, topics }
}

function refused(name: string, partitions: readonly number[], { errorCode }: OffsetAnswer): FetchedTopic {
  return {
    name,
    partitions: partitions.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: -1,
      committedLeaderEpoch: -1,
      metadata: "",
      errorCode,
    })),
  }
}
