import type { Clock } from "../../clock"
import type { SendBuffers } from "../../log/sendBuffers"
import type { MetadataImage } from "../metadata/metadataImage"
import type { NodeConfig } from "../nodeConfig"

/** What the leader of a partition asks the controller for (AlterPartition). */
export interface IsrChange {
  readonly topicId: string
  readonly index: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  readonly isr: readonly number[]
  readonly leaderRecoveryState: number
}

export interface IsrAnswer {
  readonly errorCode: number
  readonly isr: readonly number[]
  readonly leaderEpoch: number
  readonly partitionEpoch: number
}

/** The broker, as its partitions see it. */
export interface PartitionContext {
  readonly brokerId: number
  readonly clock: Clock
  readonly config: NodeConfig
  readonly metadata: MetadataImage
  /** Undefined: no controller answered in time; ask again. */
  alterIsr(change: IsrChange): Promise<IsrAnswer | undefined>
  /** How long the disk makes its writers wait. */
  readonly diskDelayMs: number
  /** Where records for consumers are read into. */
  readonly sendBuffers: SendBuffers
  /** Something that a snapshot shows of a topic has changed. */
  noteChange(topic: string): void
}
