/**
 * Fetch: batches from an offset on, for consumers up to the high watermark or the last stable offset, for followers up
 * to the log end. Parks until there are `minBytes`. Fetch sessions (KIP-227), divergence (KIP-595), topic ids (KIP-516),
 * reading from the nearest replica (KIP-392).
 * Kafka: KafkaApis.handleFetchRequest, ReplicaManager.fetchMessages. Not implemented: tiered storage.
 */
import { fetch } from "../../protocol/api/01_fetch"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import type { FetchAnswer, FetchAsk, Fetcher, FetchSession } from "../state/replica/fetchSession"
import { nearestReplica } from "../state/replica/nearestReplica"
import { currentLeader, nodeEndpoints } from "./currentLeader"

type Request = RequestOf<typeof fetch>
type Response = ResponseInput<typeof fetch>

/** The first version that names topics by id alone. */
const TOPIC_ID_VERSION = 13
/** A client that may name its rack may be sent to a follower, and read there (KIP-392). */
const RACK_VERSION = 11
/** From this version on a refusal names the leader (KIP-951). */
const LEADER_VERSION = 16
/** From this version on KAFKA_STORAGE_ERROR is known. */
const STORAGE_ERROR_VERSION = 6
/** KIP-227: a request that begins a session, and one that wants none. */
const INITIAL_EPOCH = 0
const FINAL_EPOCH = -1
const READ_COMMITTED = 1

export const onFetch = handler(fetch, async (request, services): Promise<Response> => {
  const { version } = services
  const fetcher = fetcherOf(request, services)
  const opened = openSession(request, fetcher, services)
  if (typeof opened === "number") return { errorCode: opened }
  const { session, isFull } = opened
  for (const { topic, topicId, partitions } of request.forgottenTopicsData) {
    for (const index of partitions) session.forget(version >= TOPIC_ID_VERSION ? topicId : topic, index)
  }
  session.ask(request.topics.flatMap((topic) => asksOf(topic, fetcher.replicaId, services)))
  if (!isFull && session.size === 0) {
    // Nothing is left of the session: it is over.
    services.replicas.sessions.end(session.id)
    return { sessionId: 0, responses: [] }
  }

  const { maxWaitMs } = request
  const maxBytes = Math.min(request.maxBytes, services.config.number("fetch.max.bytes"))
  const minBytes = Math.min(request.minBytes, maxBytes)
  const answers = await session.run(isFull, { maxWaitMs, minBytes, maxBytes })
  const isOnce = session.id === 0
  if (isOnce) session.close()
  return {
    sessionId: session.id,
    responses: groupByTopic(answers, services),
    nodeEndpoints: nodeEndpoints(leadersOf(answers), services),
  }
})

function fetcherOf(request: Request, { config, metadata, replicas, version }: Services): Fetcher {
  const replicaId = Math.max(request.replicaState.replicaId, request.replicaId)
  const isRackAware = request.rackId !== "" && config.value("replica.selector.class")?.includes("RackAware")
  return {
    replicaId,
    replicaEpoch: request.replicaState.replicaEpoch,
    mayReadFollowers: replicaId < 0 && version >= RACK_VERSION,
    leaderOf: ({ topic, index }) => (version >= LEADER_VERSION ? currentLeader(topic, index, { metadata }) : undefined),
    usesTopicIds: version >= TOPIC_ID_VERSION,
    isolation: request.isolationLevel === READ_COMMITTED ? "read_committed" : "read_uncommitted",
    find: ({ topic, topicId, index }) =>
      version >= TOPIC_ID_VERSION ? replicas.partitionById(topicId, index) : replicas.partition(topic, index),
    preferredReplica: isRackAware
      ? (partition, offset) => nearestReplica(partition, offset, request.rackId, metadata)
      : () => -1,
  }
}

/** The session of a request, and whether every partition is in the answer; or why there is none. */
function openSession(
  { sessionId, sessionEpoch, topics }: Request,
  fetcher: Fetcher,
  { replicas }: Services,
): { readonly session: FetchSession; readonly isFull: boolean } | ErrorCode {
  const { sessions } = replicas
  if (sessionEpoch === FINAL_EPOCH || sessionEpoch === INITIAL_EPOCH) {
    if (sessionId !== 0) sessions.end(sessionId)
    const size = topics.reduce((sum, { partitions }) => sum + partitions.length, 0)
    const session = sessionEpoch === INITIAL_EPOCH ? sessions.begin(fetcher, size) : sessions.once(fetcher)
    return { session, isFull: true }
  }
  const session = sessions.find(sessionId)
  if (!session) return ErrorCode.FetchSessionIdNotFound
  if (session.epoch !== sessionEpoch) return ErrorCode.InvalidFetchSessionEpoch
  if (session.usesTopicIds !== fetcher.usesTopicIds) return ErrorCode.FetchSessionTopicIdError
  session.goOn(fetcher)
  return { session, isFull: false }
}

function asksOf(
  { topic, topicId, partitions }: ElementOf<Request["topics"]>,
  replicaId: number,
  services: Services,
): FetchAsk[] {
  const { version, metadata, acl } = services
  const image = version >= TOPIC_ID_VERSION ? metadata.topicById(topicId) : metadata.topic(topic)
  const name = image?.name ?? topic
  const isUnknownId = version >= TOPIC_ID_VERSION && image === undefined
  const isForbidden = replicaId < 0 ? !isUnknownId && !acl.mayRead("topic", name) : !acl.mayActAsBroker()
  return partitions.map((partition) => ({
    topicKey: version >= TOPIC_ID_VERSION ? topicId : topic,
    topic: name,
    topicId: image?.id ?? topicId,
    index: partition.partition,
    fetchOffset: partition.fetchOffset,
    maxBytes: partition.partitionMaxBytes,
    currentLeaderEpoch: partition.currentLeaderEpoch,
    lastFetchedEpoch: partition.lastFetchedEpoch,
    logStartOffset: partition.logStartOffset,
    ...(isForbidden && { refusal: ErrorCode.TopicAuthorizationFailed }),
  }))
}

function groupByTopic(answers: readonly FetchAnswer[], services: Services): NonNullable<Response["responses"]> {
  const topics = new Map<string, { topic: string; topicId: string; partitions: FetchAnswer["partition"][] }>()
  for (const answer of answers) {
    const { topic, topicId } = answer.ask
    const name = `${topicId} ${topic}`
    const found = topics.get(name) ?? { topic, topicId, partitions: [] }
    found.partitions.push(asVersionKnows(answer, services))
    topics.set(name, found)
  }
  return [...topics.values()]
}

/** Old clients do not know of an offline log (Kafka: maybeDownConvertStorageError). */
function asVersionKnows({ partition }: FetchAnswer, { version }: Services): FetchAnswer["partition"] {
  const isOffline = partition.errorCode === ErrorCode.KafkaStorageError && version < STORAGE_ERROR_VERSION
  return isOffline ? { ...partition, errorCode: ErrorCode.NotLeaderOrFollower } : partition
}

function leadersOf(answers: readonly FetchAnswer[]): number[] {
  return answers.flatMap(({ partition }) => partition.currentLeader?.leaderId ?? [])
}
