/**
 * DescribeLogDirs: what each partition takes on this broker's disk, and how much room there is.
 * Kafka: ReplicaManager.describeLogDirs. One log dir per broker, so that none of its partitions is on its way to another.
 */
import { resolve } from "node:path"
import { describeLogDirs } from "../../protocol/api/35_describeLogDirs"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import type { Partition } from "../state/replica/partition"

export const onDescribeLogDirs = handler(describeLogDirs, ({ topics }, services) => {
  const { acl, replicas } = services
  if (!acl.mayDescribe("cluster", CLUSTER_RESOURCE)) {
    // Before v3 there is no place for an error: nothing is told.
    return services.version >= 3 ? { errorCode: ErrorCode.ClusterAuthorizationFailed } : {}
  }
  const { path, failure, space } = replicas.logDir
  const logDir = resolve(path)
  if (failure) return { results: [{ errorCode: ErrorCode.KafkaStorageError, logDir }] }
  const wanted = topics && new Map(topics.map(({ topic, partitions }) => [topic, new Set(partitions)]))
  const byTopic = new Map<string, Partition[]>()
  for (const partition of replicas.partitions) {
    if (wanted && !wanted.get(partition.topic)?.has(partition.index)) continue
    byTopic.set(partition.topic, [...(byTopic.get(partition.topic) ?? []), partition])
  }
  const described = [...byTopic].map(([name, partitions]) => ({ name, partitions: partitions.map(describe) }))
  return { results: [{ errorCode: ErrorCode.None, logDir, topics: described, ...space }] }
})

function describe(partition: Partition) {
  return {
    partitionIndex: partition.index,
    partitionSize: partition.log.bytes,
    // A follower's distance to what it knows to be committed (ReplicaManager.getLogEndOffsetLag).
    offsetLag: Math.max(0, partition.highWatermark - partition.logEndOffset),
    isFutureKey: false,
  }
}
