/**
 * DeleteTopics: by name, from v6 by id as well.
 * Kafka: ControllerApis.deleteTopics. Not implemented: nothing.
 */
import { deleteTopics } from "../../protocol/api/20_deleteTopics"
import { ErrorCode } from "../../protocol/errorCodes"
import { type ElementOf, type RequestOf, type ResponseInput, zeroUuid } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { forwardToController } from "./forwardToController"

type Answer = ElementOf<ResponseInput<typeof deleteTopics>["responses"]>
interface Wanted {
  readonly name: string | null
  readonly topicId: string
}

export const onDeleteTopics = handler(deleteTopics, async (request, services) => {
  const wanted = wantedTopics(request, services.version)
  if (!services.config.boolean("delete.topic.enable")) {
    // v0 to v2 know no TOPIC_DELETION_DISABLED.
    const errorCode = services.version < 3 ? ErrorCode.InvalidRequest : ErrorCode.TopicDeletionDisabled
    return { responses: wanted.map((topic) => ({ ...topic, errorCode })) }
  }
  const refused: Answer[] = []
  const accepted: Wanted[] = []
  for (const topic of wanted) {
    const refusal = refuseRepeated(topic, request.topics, request.topicNames) ?? refuse(topic, services)
    if (refusal) refused.push(refusal)
    else accepted.push(topic)
  }
  if (accepted.length === 0) return { responses: refused }
  const body = { topics: accepted, timeoutMs: request.timeoutMs }
  const { responses, throttleTimeMs } = await forwardToController(deleteTopics, body, services, request.timeoutMs)
  return { throttleTimeMs, responses: [...responses, ...refused] }
})

function wantedTopics(request: RequestOf<typeof deleteTopics>, version: number): readonly Wanted[] {
  const all = version >= 6 ? request.topics : request.topicNames.map((name) => ({ name, topicId: zeroUuid }))
  return [...new Map(all.map((topic) => [topic.name ?? topic.topicId, topic])).values()]
}

/** Kafka: ControllerApis.deleteTopics, which cannot tell which of two it should answer for. */
function refuseRepeated(
  { name, topicId }: Wanted,
  topics: readonly Wanted[],
  topicNames: readonly string[],
): Answer | undefined {
  const names = [...topicNames, ...topics.map((topic) => topic.name)]
  const isRepeated =
    name === null
      ? topics.filter((other) => other.name === null && other.topicId === topicId).length > 1
      : names.filter((other) => other === name).length > 1
  if (!isRepeated) return undefined
  const errorMessage = `Duplicate topic ${name === null ? "id" : "name"}.`
  return { name, topicId, errorCode: ErrorCode.InvalidRequest, errorMessage }
}

function refuse({ name, topicId }: Wanted, { acl, metadata }: Services): Answer | undefined {
  if (name !== null && topicId !== zeroUuid) {
    const errorMessage = "You may not specify both topic name and topic id."
    return { name, topicId, errorCode: ErrorCode.InvalidRequest, errorMessage }
  }
  if (name === null && topicId === zeroUuid) {
    const errorMessage = "Neither topic name nor id were specified."
    return { name, topicId, errorCode: ErrorCode.InvalidRequest, errorMessage }
  }
  const known = name ?? metadata.topicById(topicId)?.name
  if (known === undefined) return { name: null, topicId, errorCode: ErrorCode.UnknownTopicId }
  if (name !== null) return acl.mayDelete("topic", name) ? undefined : refusedTopic(name, topicId)
  // Whoever may not see the topic does not learn its name from its id.
  if (!acl.mayDescribe("topic", known)) return refusedTopic(null, topicId)
  return acl.mayDelete("topic", known) ? undefined : refusedTopic(known, topicId)
}

function refusedTopic(name: string | null, topicId: string): Answer {
  return { name, topicId, errorCode: ErrorCode.TopicAuthorizationFailed }
}
