import type { Clock } from "../clock"
import type { Disk, DiskError } from "../disk"
import type { FailureLatch } from "./failureLatch"
import type { LogConfig } from "./logConfig"
import type { ProducerState } from "./producerState"
import type { TailBudget } from "./tailCache"
import type { Verification } from "./verification"

/** Where a log lives and what it starts from. */
export interface PartitionLogOptions {
  readonly disk: Disk
  /** The partition's own folder: `<log.dir>/<topic>-<partition>`. It comes to be with the first append. */
  readonly folder: string
  readonly topic: string
  readonly partition: number
  /** Base64url, as in `partition.metadata`; a folder of another topic id is set aside as `…-stray`. */
  readonly topicId: string
  readonly config: LogConfig
  readonly clock: Clock
  /** After a clean shutdown nothing is scanned. Default false: scan from the recovery point. */
  readonly cleanShutdown?: boolean
  /** From `recovery-point-offset-checkpoint`; default 0. */
  readonly recoveryPoint?: number
  /** From `log-start-offset-checkpoint`; default: the base of the first segment. */
  readonly logStartOffset?: number
  /** Told once when the disk refuses (the log dir goes offline: KAFKA_STORAGE_ERROR). */
  readonly onFailure?: (error: DiskError) => void
  /** Shared by the logs of a log dir: all go offline together. */
  readonly latch?: FailureLatch
  /** Shared by the logs of a broker; without it the log keeps a budget of its own. */
  readonly tailBudget?: TailBudget
  readonly newProducerState?: () => ProducerState
}

export interface AppendOptions {
  readonly leaderEpoch: number
  /** Coordinators write their own records and control markers; what clients send is checked harder. */
  readonly origin: "client" | "coordinator"
  /** Of the first batch of a transaction: refused when it holds no longer (INVALID_TXN_STATE). */
  readonly verification?: Verification | undefined
}

/** `errorCode` 0: appended, or a duplicate that is acknowledged with its first offsets. Otherwise nothing was appended. */
export interface AppendResult {
  readonly errorCode: number
  /** -1 after an error. */
  readonly baseOffset: number
  readonly lastOffset: number
  /** -1 for CreateTime. */
  readonly appendTimeMs: number
  readonly duplicate?: true
  /** For Produce's `recordErrors` and `errorMessage`. */
  readonly errorMessage?: string
  readonly recordErrors?: readonly { readonly batchIndex: number; readonly message: string }[]
}

export interface SegmentDescription {
  readonly baseOffset: number
  readonly bytes: number
  readonly closed: boolean
  readonly largestTimestamp: number
}

export interface TimestampedOffset {
  readonly timestamp: number
  readonly offset: number
  /** -1 when unknown. */
  readonly leaderEpoch: number
}

export interface EpochEnd {
  /** -1: no epoch at or below the one asked for is known. */
  readonly epoch: number
  readonly endOffset: number
}

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

/** What DescribeProducers shows. */
export interface ProducerDescription {
  readonly producerId: number
  readonly producerEpoch: number
  readonly lastSequence: number
  readonly lastTimestamp: number
  readonly coordinatorEpoch: number
  /** -1: no transaction is open. */
  readonly currentTxnStartOffset: number
}
