/**
 * ListOffsets: the earliest, the latest, the offset at a time, the offset of the newest record.
 * Kafka: KafkaApis.handleListOffsetRequest, Partition.fetchOffsetForTimestamp.
 * Tiered storage's -5 answers that there is none (KIP-1005); -4 is the log start, as without tiered storage.
 */
import { listOffsets } from "../../protocol/api/02_listOffsets"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import type { Partition } from "../state/replica/partition"

type Request = RequestOf<typeof listOffsets>
type PartitionRequest = ElementOf<ElementOf<Request["topics"]>["partitions"]>
type TopicAnswer = ElementOf<ResponseInput<typeof listOffsets>["topics"]>
type PartitionAnswer = ElementOf<TopicAnswer["partitions"]>

const LATEST = -1
const EARLIEST = -2
const MAX_TIMESTAMP = -3
const EARLIEST_LOCAL = -4
const LATEST_TIERED = -5
/** What a negative timestamp asks for, and since which version it may (Kafka: ReplicaManager.timestampMinSupportedVersion). */
const OLDEST_VERSION_WITH: ReadonlyMap<number, number> = new Map([
  [LATEST, 0],
  [EARLIEST, 0],
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
])
/** Replica ids of consumers: plain, and the debugging one that may read what is not committed. */
const CONSUMER = -1
const READ_COMMITTED = 1

export const onListOffsets = handler(listOffsets, (request, services) => {
  const repeated = repeatedPartitions(request)
  const topics = request.topics.map(({ name, partitions }): TopicAnswer => {
    if (!services.acl.mayDescribe("topic", name)) return refuseAll(name, partitions, ErrorCode.TopicAuthorizationFailed)
    return {
      name,
      partitions: partitions.map((partition) => {
        const { partitionIndex } = partition
        if (repeated.has(`${name}-${partitionIndex}`)) return { partitionIndex, errorCode: ErrorCode.InvalidRequest }
        const answer = answerPartition(name, partition, request, services)
        return services.version === 0 ? asOldStyle(answer) : answer
      }),
    }
  })
  return { topics }
})

function answerPartition(
  topic: string,
  { partitionIndex, currentLeaderEpoch, timestamp }: PartitionRequest,
  { isolationLevel, replicaId }: Request,
  { replicas, version }: Services,
): PartitionAnswer {
  if (timestamp < 0 && version < (OLDEST_VERSION_WITH.get(timestamp) ?? Number.POSITIVE_INFINITY)) {
    return { partitionIndex, errorCode: ErrorCode.UnsupportedVersion }
  }
  const partition = replicas.leader(topic, partitionIndex)
  if (typeof partition === "number") return { partitionIndex, errorCode: partition }
  const errorCode = partition.checkLeader(currentLeaderEpoch)
  if (errorCode !== ErrorCode.None) return { partitionIndex, errorCode }
  // A new leader does not know yet how far its predecessor had committed (KIP-207).
  if (replicaId === CONSUMER && !isEarliest(timestamp) && !partition.isHighWatermarkKnown) {
    return { partitionIndex, errorCode: version >= 5 ? ErrorCode.OffsetNotAvailable : ErrorCode.LeaderNotAvailable }
  }
  const end = replicaId === CONSUMER ? endForConsumers(partition, isolationLevel) : partition.logEndOffset
  return { partitionIndex, errorCode: ErrorCode.None, ...findOffset(partition, timestamp, end) }
}

function isEarliest(timestamp: number): boolean {
  return timestamp === EARLIEST || timestamp === EARLIEST_LOCAL || timestamp === LATEST_TIERED
}

function endForConsumers(partition: Partition, isolationLevel: number): number {
  return isolationLevel === READ_COMMITTED ? partition.lastStableOffset : partition.highWatermark
}

function findOffset(partition: Partition, timestamp: number, end: number): Partial<PartitionAnswer> {
  const { log, logStartOffset, leaderEpoch } = partition
  switch (timestamp) {
    case LATEST:
      return { timestamp: -1, offset: end, leaderEpoch }
    case EARLIEST:
    case EARLIEST_LOCAL:
      return { timestamp: -1, offset: logStartOffset, leaderEpoch: log.epochForOffset(logStartOffset) }
    case LATEST_TIERED:
      return { timestamp: -1, offset: -1, leaderEpoch: -1 }
    case MAX_TIMESTAMP: {
      const found = log.maxTimestamp()
      // What is above the end is not there yet for whoever asks.
      return found && found.offset < end ? found : { timestamp: -1, offset: -1 }
    }
    default: {
      const found = log.offsetForTimestamp(timestamp)
      return found && found.offset < end ? found : { timestamp: -1, offset: -1 }
    }
  }
}

/** v0 answers with offsets at which segments begin; one offset is what its clients read. */
function asOldStyle({ partitionIndex, errorCode, offset = -1 }: PartitionAnswer): PartitionAnswer {
  return { partitionIndex: partitionIndex ?? 0, errorCode: errorCode ?? 0, oldStyleOffsets: offset < 0 ? [] : [offset] }
}

function refuseAll(name: string, partitions: readonly PartitionRequest[], errorCode: ErrorCode): TopicAnswer {
  return { name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })) }
}

function repeatedPartitions({ topics }: Request): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { name, partitions } of topics) {
    for (const { partitionIndex } of partitions) {
      const key = `${name}-${partitionIndex}`
      if (seen.has(key)) repeated.add(key)
      seen.add(key)
    }
  }
  return repeated
}
