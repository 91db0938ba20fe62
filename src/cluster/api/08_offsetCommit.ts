/**
 * OffsetCommit: writes down how far a group has read. Answers when `__consumer_offsets` has it on every in-sync replica.
 * Kafka: OffsetMetadataManager.commitOffset. v0 and v1 are served though 4.x dropped them. Not implemented: v10.
 */
import { offsetCommit } from "../../protocol/api/08_offsetCommit"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { type CommitAnswer, commitOffsets } from "../state/group/commitOffsets"
import { answerCommit, committable, refuseCommit } from "./answerCommit"

export const onOffsetCommit = handler(
  offsetCommit,
  async (request, services): Promise<ResponseInput<typeof offsetCommit>> => {
    const { acl, groups, version } = services
    if (!acl.mayRead("group", request.groupId)) return refuseCommit(request.topics, ErrorCode.GroupAuthorizationFailed)
    // Kafka keeps no offsets for the empty group id, which old simple consumers send.
    if (request.groupId === "" && request.generationIdOrMemberEpoch >= 0) {
      return refuseCommit(request.topics, ErrorCode.InvalidGroupId)
    }
    const shard = groups.shardOf(request.groupId)
    if (typeof shard === "number") return refuseCommit(request.topics, shard)

    const topics = committable(request.topics, services)
    const answer = await new Promise<CommitAnswer>((resolve) => {
      commitOffsets(shard, { ...request, topics }, version, resolve)
    })
    return answerCommit(request.topics, services, answer)
  },
)
