/**
 * CreatePartitions: more partitions for a topic.
 * Kafka: ControllerApis.createPartitions. Not implemented: nothing.
 */
import { createPartitions } from "../../protocol/api/37_createPartitions"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler } from "../handler"
import { forwardToController } from "./forwardToController"

type Topic = ElementOf<RequestOf<typeof createPartitions>["topics"]>
type Answer = ElementOf<ResponseInput<typeof createPartitions>["results"]>

export const onCreatePartitions = handler(createPartitions, async (request, services) => {
  const refused: Answer[] = []
  const accepted: Topic[] = []
  const names = request.topics.map(({ name }) => name)
  for (const topic of request.topics) {
    const { name } = topic
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      const isTold = refused.some((answer) => answer.name === name)
      if (!isTold) refused.push({ name, errorCode: ErrorCode.InvalidRequest, errorMessage: "Duplicate topic name." })
    } else if (!services.acl.mayAlter("topic", name)) {
      refused.push({ name, errorCode: ErrorCode.TopicAuthorizationFailed })
    } else accepted.push(topic)
  }
  if (accepted.length === 0) return { results: refused }
  const body = { ...request, topics: accepted }
  const { results, throttleTimeMs } = await forwardToController(createPartitions, body, services, request.timeoutMs)
  return { throttleTimeMs, results: [...results, ...refused] }
})
