import type { electLeaders } from "../../../protocol/api/43_electLeaders"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../../protocol/schema"
import type { PartitionImage } from "../metadata/imageEntries"
import type { MetadataRecord } from "../metadata/metadataRecord"
import { partitionsOf, uncleanIfAllowed } from "./brokerChanges"
import { changePartition, type Election } from "./changePartition"
import type { ControllerState, Decision } from "./controllerState"

/** Kafka: ElectionType. */
const PREFERRED = 0
const UNCLEAN = 1

/** The next round comes soon (Kafka: ReplicationControlManager.MAX_ELECTIONS_PER_IMBALANCE). */
const MAX_ELECTIONS_PER_ROUND = 1_000

interface Result {
  readonly partitionId: number
  readonly errorCode: ErrorCode
  readonly errorMessage: string | null
}

/** Kafka: ReplicationControlManager.electLeaders. Without a list: every partition, and only those that changed are told. */
export function decideElectLeaders(
  state: ControllerState,
  { electionType, topicPartitions }: RequestOf<typeof electLeaders>,
): Decision<ResponseInput<typeof electLeaders>> {
  if (electionType !== PREFERRED && electionType !== UNCLEAN) return refuseAll(electionType, topicPartitions ?? [])
  const records: MetadataRecord[] = []
  const isUnclean = electionType === UNCLEAN
  const asked =
    topicPartitions === null
      ? partitionsOf(state.image).map(({ topic, index }) => ({ topic, partitions: [index] }))
      : topicPartitions
  const results = new Map<string, Result[]>()
  for (const { topic, partitions } of asked) {
    for (const partitionId of partitions) {
      const result = electOne(state, topic, partitionId, isUnclean, records)
      if (topicPartitions === null && result.errorCode !== ErrorCode.None) continue
      results.set(topic, [...(results.get(topic) ?? []), result])
    }
  }
  const replicaElectionResults = [...results].map(([topic, partitionResult]) => ({ topic, partitionResult }))
  return { records, response: { replicaElectionResults } }
}

/** A kind of election that there is not (Kafka: ElectLeadersRequest.getErrorResponse). */
function refuseAll(
  electionType: number,
  topicPartitions: NonNullable<RequestOf<typeof electLeaders>["topicPartitions"]>,
): Decision<ResponseInput<typeof electLeaders>> {
  const refusal = { errorCode: ErrorCode.InvalidRequest, errorMessage: `Value ${electionType} must be one of 0, 1` }
  const replicaElectionResults = topicPartitions.map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map((partitionId) => ({ partitionId, ...refusal })),
  }))
  return { records: [], response: { errorCode: refusal.errorCode, replicaElectionResults } }
}

function electOne(
  state: ControllerState,
  topic: string,
  partitionId: number,
  isUnclean: boolean,
  records: MetadataRecord[],
): Result {
  const refuse = (errorCode: ErrorCode, errorMessage: string): Result => ({ partitionId, errorCode, errorMessage })
  const partitions = state.image.topic(topic)?.partitions
  const partition = partitions?.[partitionId]
  if (!partition) {
    const missing = partitions ? `partition as ${topic}-${partitionId}` : `topic as ${topic}`
    return refuse(ErrorCode.UnknownTopicOrPartition, `No such ${missing}`)
  }
  if (!isNeeded(partition, isUnclean))
    return refuse(ErrorCode.ElectionNotNeeded, "Leader election not needed for topic partition.")
  const record = changePartition(state, partition, { election: isUnclean ? "unclean" : "preferred" })
  const isElected = record?.name === "PartitionChangeRecord" && record.fields.leader >= 0
  if (!isElected) {
    return isUnclean
      ? refuse(ErrorCode.EligibleLeadersNotAvailable, "Eligible topic partition leaders are not available.")
      : refuse(ErrorCode.PreferredLeaderNotAvailable, "The preferred leader was not available.")
  }
  records.push(record)
  return { partitionId, errorCode: ErrorCode.None, errorMessage: null }
}

function isNeeded({ leader, replicas }: PartitionImage, isUnclean: boolean): boolean {
  return isUnclean ? leader < 0 : leader !== replicas[0]
}

/**
 * Gives the leadership back to every preferred replica that can have it; true: there may be more. Kafka 4.1 knows no
 * share of imbalance that would be borne any more (ReplicationControlManager.maybeBalancePartitionLeaders).
 */
export function electPreferredLeaders(state: ControllerState): Decision<boolean> {
  return electAll(state, "preferred", ({ leader, replicas }) => leader !== replicas[0])
}

/**
 * Finds a leader for every partition that has none and may lose records; true: there may be more. Somebody may have
 * allowed that since the last one died (Kafka: ReplicationControlManager.maybeElectUncleanLeaders).
 */
export function electUncleanLeaders(state: ControllerState): Decision<boolean> {
  const mayLose = (partition: PartitionImage) => uncleanIfAllowed(state, partition) === "unclean"
  return electAll(state, "unclean", (partition) => partition.leader < 0 && mayLose(partition))
}

function electAll(
  state: ControllerState,
  election: Election,
  isWanted: (partition: PartitionImage) => boolean,
): Decision<boolean> {
  const records: MetadataRecord[] = []
  for (const partition of partitionsOf(state.image)) {
    if (!isWanted(partition)) continue
    const record = changePartition(state, partition, { election })
    if (record) records.push(record)
    if (records.length >= MAX_ELECTIONS_PER_ROUND) return { records, response: true }
  }
  return { records, response: false }
}
