/**
 * FindCoordinator: the broker that leads a group's or a transaction's partition of the coordinator's topic,
 * which comes to be with the first question. From v4 several keys at once.
 * Kafka: KafkaApis.handleFindCoordinatorRequest. Not implemented: share groups (key type 2).
 */
import { findCoordinator } from "../../protocol/api/10_findCoordinator"
import { ErrorCode, errorMeaning } from "../../protocol/errorCodes"
import type { ResponseInput } from "../../protocol/schema"
import { wait } from "../clock"
import { handler, type Services } from "../handler"
import { type CoordinatorTopic, coordinatorPartition, coordinatorTopics } from "../state/coordinatorTopic"
import { createMissingTopic } from "./autoCreateTopic"

export const onFindCoordinator = handler(
  findCoordinator,
  async (request, services): Promise<ResponseInput<typeof findCoordinator>> => {
    const { version } = services
    const keys = version >= 4 ? request.coordinatorKeys : [request.key]
    const topic = coordinatorTopics.get(request.keyType)
    if (topic && keys.some((key) => mayFind(topic, key, services))) await ensureTopic(topic.name, services)
    const coordinators = keys.map((key) => ({ key, ...locate(topic, key, services) }))
    if (version >= 4) return { coordinators }
    return coordinators[0] ?? {}
  },
)

const CREATION_LIMIT_MS = 1_000
const CREATION_CHECK_MS = 10
const ELECTION_GRACE_MS = 50

interface Location {
  readonly errorCode: ErrorCode
  readonly errorMessage: string | null
  readonly nodeId: number
  readonly host: string
  readonly port: number
}

function locate(topic: CoordinatorTopic | undefined, key: string, services: Services): Location {
  if (!topic) return nowhere(ErrorCode.InvalidRequest)
  if (!mayFind(topic, key, services)) return nowhere(topic.authorizationError)
  const { metadata, connection } = services
  const image = metadata.topic(topic.name)
  if (!image) return nowhere(ErrorCode.CoordinatorNotAvailable)
  const leader = image.partitions[coordinatorPartition(key, image.partitions.length)]?.leader ?? -1
  const broker = metadata.isLive(leader) ? metadata.broker(leader) : undefined
  const endpoint = broker?.endpoints.find(({ name }) => name === connection.listener)
  if (!endpoint) return nowhere(ErrorCode.CoordinatorNotAvailable)
  return { errorCode: ErrorCode.None, errorMessage: null, nodeId: leader, host: endpoint.host, port: endpoint.port }
}

function nowhere(errorCode: ErrorCode): Location {
  return { errorCode, errorMessage: errorMeaning(errorCode) ?? null, nodeId: -1, host: "", port: -1 }
}

function mayFind(topic: CoordinatorTopic, key: string, { acl }: Services): boolean {
  return acl.mayDescribe(topic.resource, key)
}

/**
 * Kafka answers COORDINATOR_NOT_AVAILABLE while it creates the topic, and clients log that as an error before they ask
 * again; a short wait spares every learner that first line.
 */
async function ensureTopic(name: string, services: Services): Promise<void> {
  const { clock, metadata } = services
  if (metadata.topic(name)) return
  createMissingTopic(name, services)
  const limitMs = clock.now() + CREATION_LIMIT_MS
  const isLed = () => metadata.topic(name)?.partitions.every(({ leader }) => leader >= 0) ?? false
  while (!isLed() && clock.now() < limitMs) await wait(clock, CREATION_CHECK_MS)
  // The leaders hear of their election when this broker does, or a little later.
  await wait(clock, ELECTION_GRACE_MS)
}
