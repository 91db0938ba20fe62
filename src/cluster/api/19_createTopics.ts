/**
 * CreateTopics: authorises here, creates on the controller, answers when the records are committed.
 * Kafka: ControllerApis.createTopics, ReplicationControlManager.createTopics. Not implemented: nothing.
 */
import { createTopics } from "../../protocol/api/19_createTopics"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { wait } from "../clock"
import { handler, type Services } from "../handler"
import { AclOperation, CLUSTER_RESOURCE } from "../state/access"
import { CLUSTER_METADATA_TOPIC } from "../state/topicName"
import { forwardToController } from "./forwardToController"

type Request = RequestOf<typeof createTopics>
type Topic = ElementOf<Request["topics"]>
type TopicAnswer = ElementOf<ResponseInput<typeof createTopics>["topics"]>

const REPLAY_RETRY_MS = 5
const REPLAY_LIMIT_MS = 1_000

export const onCreateTopics = handler(createTopics, async (request, services) => {
  const { acl, version } = services
  const refused: TopicAnswer[] = []
  const accepted: Topic[] = []
  const mayCreateAny = acl.may(AclOperation.Create, "cluster", CLUSTER_RESOURCE)
  const repeated = repeatedNames(request.topics)
  for (const topic of request.topics) {
    const refusal = refuse(topic, { mayCreateAny, repeated, acl })
    if (refusal) refused.push(refusal)
    else accepted.push(topic)
  }
  if (accepted.length === 0) return { topics: distinct(refused) }
  const response = await forwardToController(
    createTopics,
    { ...request, topics: accepted },
    services,
    request.timeoutMs,
  )
  if (!request.validateOnly) await untilReplayed(response.topics, services)
  const created = response.topics.map((topic) => (version >= 5 ? withoutSecrets(topic, acl) : topic))
  return { throttleTimeMs: response.throttleTimeMs, topics: [...created, ...distinct(refused)] }
})

/**
 * Waits until this broker knows the new topics: the client's next request is about them, mostly to this very broker,
 * and kafkajs gives up on UNKNOWN_TOPIC_OR_PARTITION there. In Kafka it is a race that the broker nearly always wins.
 */
async function untilReplayed(
  answers: readonly { readonly name: string | null; readonly errorCode: number }[],
  { clock, metadata }: Pick<Services, "clock" | "metadata">,
): Promise<void> {
  const created = answers.filter(({ errorCode }) => errorCode === ErrorCode.None).map(({ name }) => name ?? "")
  const deadlineMs = clock.now() + REPLAY_LIMIT_MS
  while (created.some((name) => metadata.topic(name) === undefined) && clock.now() < deadlineMs) {
    await wait(clock, REPLAY_RETRY_MS)
  }
}

function refuse(
  { name }: Topic,
  known: { mayCreateAny: boolean; repeated: ReadonlySet<string>; acl: Services["acl"] },
): TopicAnswer | undefined {
  if (known.repeated.has(name)) {
    return { name, errorCode: ErrorCode.InvalidRequest, errorMessage: "Duplicate topic name." }
  }
  if (name === CLUSTER_METADATA_TOPIC) {
    return {
      name,
      errorCode: ErrorCode.InvalidRequest,
      errorMessage: `Creation of internal topic ${name} is prohibited.`,
    }
  }
  if (known.mayCreateAny || known.acl.mayCreate("topic", name)) return undefined
  return { name, errorCode: ErrorCode.TopicAuthorizationFailed, errorMessage: "Authorization failed." }
}

/** Who may not describe a topic's configs is not told them here either (KIP-525). */
function withoutSecrets(topic: TopicAnswer, acl: Services["acl"]): TopicAnswer {
  if (topic.errorCode !== ErrorCode.None || acl.mayDescribeConfigs("topic", topic.name ?? "")) return topic
  return {
    ...topic,
    topicConfigErrorCode: ErrorCode.TopicAuthorizationFailed,
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  }
}

function repeatedNames(topics: readonly Topic[]): ReadonlySet<string> {
  const seen = new Set<string>()
  return new Set(topics.map(({ name }) => name).filter((name) => seen.has(name) || !seen.add(name)))
}

function distinct(answers: readonly TopicAnswer[]): TopicAnswer[] {
  return [...new Map(answers.map((answer) => [answer.name, answer])).values()]
}
