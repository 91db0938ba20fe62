import type { ErrorCode } from "../../../protocol/errorCodes"
import type { Partition } from "./partition"

/** Whoever keeps its state in the partitions of an internal topic: a coordinator. Called synchronously. */
export interface PartitionOwner {
  /** This broker leads the partition from now on: load by reading its log. */
  onElected(partition: Partition, leaderEpoch: number): void
  /** It no longer does: forget what was loaded. */
  onResigned(index: number): void
}

/** The replicas that this broker holds. */
export declare class ReplicaManager {
  readonly partitions: Iterable<Partition>
  /** UnknownTopicOrPartition, NotLeaderOrFollower (known, but not held here) or KafkaStorageError. */
  partition(topic: string, index: number): Partition | ErrorCode
  /** UnknownTopicId where the metadata has no such topic. */
  partitionById(topicId: string, index: number): Partition | ErrorCode
  /** As `partition`, and this broker leads it. */
  leader(topic: string, index: number): Partition | ErrorCode
  own(topic: string, owner: PartitionOwner): void
}
