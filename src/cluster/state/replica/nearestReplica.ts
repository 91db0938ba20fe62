import type { MetadataImage } from "../metadata/metadataImage"
import type { Partition } from "./partition"

/**
 * A replica in the consumer's rack that has what it asks for, the one furthest along (KIP-392; Kafka:
 * RackAwareReplicaSelector). -1: read here.
 */
export function nearestReplica(partition: Partition, offset: number, rackId: string, metadata: MetadataImage): number {
  if (!partition.isLeader) return -1
  const ends = partition.replicaLogEnds
  const isNear = (id: number) => metadata.isLive(id) && metadata.broker(id)?.rack === rackId
  if (isNear(partition.leaderId)) return -1
  const near = partition.isr.filter((id) => isNear(id) && (ends.get(id) ?? -1) >= offset)
  const best = near.sort((a, b) => (ends.get(b) ?? -1) - (ends.get(a) ?? -1))[0]
  return best ?? -1
}
