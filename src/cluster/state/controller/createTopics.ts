import type { createTopics } from "../../../protocol/api/19_createTopics"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../../protocol/schema"
import { randomUuid } from "../../random"
import { topicConfigs } from "../configDefinitions"
import { ConfigResourceType, type MetadataImage } from "../metadata/metadataImage"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import type { MutationQuota } from "../quota/mutationQuota"
import { refuseConfigValue } from "../validateConfig"
import { type ControllerState, type Decision, isActive } from "./controllerState"
import { placeReplicas } from "./placeReplicas"

type Request = RequestOf<typeof createTopics>
type Topic = ElementOf<Request["topics"]>
type Answer = ElementOf<ResponseInput<typeof createTopics>["topics"]>

/** Kafka: Topic.MAX_NAME_LENGTH. */
const LONGEST_NAME = 249
/** Kafka: ReplicationControlManager.MAX_PARTITIONS_PER_BATCH. */
const MAX_PARTITIONS_PER_BATCH = 10_000
/** Codes of DescribeConfigs' ConfigSource. */
const SOURCE_TOPIC = 1
const SOURCE_DEFAULT = 5

/** Kafka: ReplicationControlManager.createTopics. Each topic stands for itself: one that is refused stops no other. */
export function decideCreateTopics(
  state: ControllerState,
  request: Request,
  quota: MutationQuota,
): Decision<ResponseInput<typeof createTopics>> {
  const records: MetadataRecord[] = []
  const taken = takenNames(state.image.topics.keys())
  const topics = request.topics.map((topic): Answer => {
    const refused = refuseTopic(state, topic, taken)
    if (refused) return { name: topic.name, ...refused }
    const placed = placeTopic(state, topic)
    if ("errorCode" in placed) return { name: topic.name, ...placed }
    if (!quota.take(placed.assignments.length)) {
      return { name: topic.name, errorCode: ErrorCode.ThrottlingQuotaExceeded }
    }
    taken.set(metricName(topic.name), topic.name)
    const topicId = randomUuid(state.random)
    records.push(...recordsOf(state, topic, topicId, placed.assignments))
    return {
      name: topic.name,
      topicId,
      numPartitions: placed.assignments.length,
      replicationFactor: placed.assignments[0]?.length ?? 0,
      configs: effectiveConfigs(state, topic),
    }
  })
  return { records: request.validateOnly ? [] : records, response: { topics } }
}

/** The names of topics by what metrics make of them: a new name may be neither. */
function takenNames(names: Iterable<string>): Map<string, string> {
  const taken = new Map<string, string>()
  for (const name of names) taken.set(metricName(name), name)
  return taken
}

interface Refusal {
  readonly errorCode: ErrorCode
  readonly errorMessage: string
}

function refuseTopic(state: ControllerState, topic: Topic, taken: ReadonlyMap<string, string>): Refusal | undefined {
  const complaint = complaintAboutName(topic.name)
  if (complaint) return { errorCode: ErrorCode.InvalidTopicException, errorMessage: complaint }
  const holder = taken.get(metricName(topic.name))
  if (holder === topic.name) {
    return { errorCode: ErrorCode.TopicAlreadyExists, errorMessage: `Topic '${topic.name}' already exists.` }
  }
  if (holder !== undefined) {
    const errorMessage = `Topic '${topic.name}' collides with existing topic: ${holder}`
    return { errorCode: ErrorCode.InvalidTopicException, errorMessage }
  }
  return refuseConfigs(topic) ?? refuseCounts(state, topic)
}

/** Kafka's metrics write dots as underscores: two names that differ in nothing else would be one there. */
function metricName(name: string): string {
  return name.includes(".") ? name.replaceAll(".", "_") : name
}

/** Kafka: Topic.validate. */
export function complaintAboutName(name: string): string | undefined {
  if (name === "") return "Topic name is invalid: the empty string is not allowed"
  if (name === "." || name === "..") return "Topic name is invalid: '.' or '..' is not allowed"
  if (name.length > LONGEST_NAME) {
    return `Topic name is invalid: the length of '${name}' is longer than the max allowed length ${LONGEST_NAME}`
  }
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) {
    return `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
  }
  return undefined
}

function refuseConfigs({ configs }: Topic): Refusal | undefined {
  for (const { name, value } of configs) {
    const errorMessage = complaintAboutConfig(name, value)
    if (errorMessage) return { errorCode: ErrorCode.InvalidConfig, errorMessage }
  }
  return undefined
}

export function complaintAboutConfig(name: string, value: string | null): string | undefined {
  const definition = topicConfigs.get(name)
  if (!definition) return `Unknown topic config name: ${name}`
  if (value === null) return `Null value not supported for topic configs: ${name}`
  return refuseConfigValue(definition, value)
}

function refuseCounts({ image }: ControllerState, topic: Topic): Refusal | undefined {
  const { numPartitions, replicationFactor, assignments } = topic
  if (assignments.length > 0) {
    if (replicationFactor !== -1 || numPartitions !== -1) {
      const what = replicationFactor !== -1 ? "replication factor" : "numPartitions"
      return {
        errorCode: ErrorCode.InvalidRequest,
        errorMessage: `A manual partition assignment was specified, but ${what} was not set to -1.`,
      }
    }
    return refuseAssignments(image, assignments)
  }
  if (replicationFactor < -1 || replicationFactor === 0) {
    return {
      errorCode: ErrorCode.InvalidReplicationFactor,
      errorMessage: "Replication factor must be larger than 0, or -1 to use the default value.",
    }
  }
  if (numPartitions < -1 || numPartitions === 0) {
    return {
      errorCode: ErrorCode.InvalidPartitions,
      errorMessage: "Number of partitions was set to an invalid non-positive value.",
    }
  }
  if (numPartitions > MAX_PARTITIONS_PER_BATCH) {
    return {
      errorCode: ErrorCode.PolicyViolation,
      errorMessage: `Excessively large number of partitions per request.`,
    }
  }
  return undefined
}

function refuseAssignments(image: MetadataImage, assignments: Topic["assignments"]): Refusal | undefined {
  const indexes = assignments.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b)
  if (indexes.some((index, position) => index !== position)) {
    return {
      errorCode: ErrorCode.InvalidReplicaAssignment,
      errorMessage: "partitions should be a consecutive 0-based integer sequence",
    }
  }
  const size = assignments[0]?.brokerIds.length
  for (const { brokerIds } of assignments) {
    const errorMessage = complaintAboutReplicas(image, brokerIds, size)
    if (errorMessage) return { errorCode: ErrorCode.InvalidReplicaAssignment, errorMessage }
  }
  return undefined
}

export function complaintAboutReplicas(
  image: MetadataImage,
  brokerIds: readonly number[],
  size: number | undefined,
): string | undefined {
  if (brokerIds.length === 0) return "The manual partition assignment includes an empty replica list."
  if (new Set(brokerIds).size !== brokerIds.length) {
    const repeated = brokerIds.find((id, index) => brokerIds.indexOf(id) !== index)
    return `The manual partition assignment includes the broker ${repeated} more than once.`
  }
  const stranger = brokerIds.find((id) => !image.broker(id))
  if (stranger !== undefined)
    return `The manual partition assignment includes broker ${stranger}, but no such broker is registered.`
  if (size !== undefined && brokerIds.length !== size) {
    return `The manual partition assignment includes a partition with ${brokerIds.length} replica(s), but this is not consistent with previous partitions, which have ${size} replica(s).`
  }
  return undefined
}

type Placed = { readonly assignments: readonly (readonly number[])[] } | Refusal

function placeTopic(state: ControllerState, topic: Topic): Placed {
  if (topic.assignments.length > 0) {
    const ordered = [...topic.assignments].sort((a, b) => a.partitionIndex - b.partitionIndex)
    const dark = ordered.find(({ brokerIds }) => !brokerIds.some((id) => isActive(state.image, id)))
    if (!dark) return { assignments: ordered.map(({ brokerIds }) => brokerIds) }
    return {
      errorCode: ErrorCode.InvalidReplicaAssignment,
      errorMessage: `All brokers specified in the manual partition assignment for partition ${dark.partitionIndex} are fenced or in controlled shutdown.`,
    }
  }
  const partitions = topic.numPartitions === -1 ? state.config.number("num.partitions") : topic.numPartitions
  const factor =
    topic.replicationFactor === -1 ? state.config.number("default.replication.factor") : topic.replicationFactor
  return place(state, partitions, factor)
}

export function place(state: ControllerState, partitions: number, replicationFactor: number): Placed {
  const brokers = [...state.image.brokers.values()].filter(
    ({ inControlledShutdown, fenced }) => fenced || !inControlledShutdown,
  )
  const placed = placeReplicas(brokers, partitions, replicationFactor, state.random)
  if (typeof placed !== "string") return { assignments: placed }
  const errorMessage = `Unable to replicate the partition ${replicationFactor} time(s): ${placed}`
  return { errorCode: ErrorCode.InvalidReplicationFactor, errorMessage }
}

function recordsOf(
  state: ControllerState,
  topic: Topic,
  topicId: string,
  assignments: readonly (readonly number[])[],
): MetadataRecord[] {
  const resource = { resourceType: ConfigResourceType.topic, resourceName: topic.name }
  return [
    metadataRecord("TopicRecord", { name: topic.name, topicId }),
    ...topic.configs.map(({ name, value }) => metadataRecord("ConfigRecord", { ...resource, name, value })),
    ...assignments.map((replicas, partitionId) => newPartition(state.image, topicId, partitionId, replicas)),
  ]
}

export function newPartition(
  image: MetadataImage,
  topicId: string,
  partitionId: number,
  replicas: readonly number[],
): MetadataRecord {
  const isr = replicas.filter((id) => isActive(image, id))
  return metadataRecord("PartitionRecord", {
    partitionId,
    topicId,
    replicas,
    isr,
    leader: isr[0] ?? -1,
    leaderEpoch: 0,
    partitionEpoch: 0,
  })
}

function effectiveConfigs({ config }: ControllerState, topic: Topic): Answer["configs"] {
  const own = new Map(topic.configs.map(({ name, value }) => [name, value]))
  return [...topicConfigs.keys()].map((name) => ({
    name,
    value: own.get(name) ?? config.topicDefault(name) ?? null,
    readOnly: false,
    configSource: own.has(name) ? SOURCE_TOPIC : SOURCE_DEFAULT,
    isSensitive: false,
  }))
}
