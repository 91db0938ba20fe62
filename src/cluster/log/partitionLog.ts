import type { Disk, DiskError, DiskResult } from "../disk"
import type { LogConfig } from "./logConfig"

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
  readonly clock: { now(): number }
  /** After a clean shutdown nothing is scanned. Default false: scan from the recovery point. */
  readonly cleanShutdown?: boolean
  /** From `recovery-point-offset-checkpoint`; default 0. */
  readonly recoveryPoint?: number
  /** From `log-start-offset-checkpoint`; default: the base of the first segment. */
  readonly logStartOffset?: number
  /** Told once when the disk refuses (the log dir goes offline: KAFKA_STORAGE_ERROR). */
  readonly onFailure?: (error: DiskError) => void
}

export interface AppendOptions {
  readonly leaderEpoch: number
  /** Coordinators write their own records and control markers; what clients send is checked harder. */
  readonly origin: "client" | "coordinator"
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

/** One replica of one partition on one disk: segments, indexes, leader epochs, producer state. */
export declare class PartitionLog {
  static open(options: PartitionLogOptions): DiskResult<PartitionLog>
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly folder: string
  readonly config: LogConfig
  /** Set when the disk refused: the log then answers every append with KAFKA_STORAGE_ERROR and reads nothing. */
  readonly failure: DiskError | undefined
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly recoveryPoint: number
  /** Of all segments, indexes not counted. */
  readonly bytes: number
  /** The epoch of the newest batch or assignment; -1 in an empty log. */
  readonly latestEpoch: number
  configure(config: LogConfig): void
  /** As leader: validates, assigns offsets in place, checks idempotence and transactions. */
  append(batches: Buffer, options: AppendOptions): AppendResult
  /** As follower: batches with offsets and epochs as the leader gave them; contiguous with the log end. */
  appendFetched(batches: Buffer): AppendResult
  /** Tells the log that its leader epoch begins at the log end (Kafka: `assignEpochStartOffset`). */
  beginEpoch(leaderEpoch: number): void
  /** Whole batches from the one that holds `offset`, below `endOffset`: at least one if there is one, else within `maxBytes`. */
  read(offset: number, maxBytes: number, endOffset?: number): Buffer
  /** The first record at or after a time; undefined when there is none. */
  offsetForTimestamp(timestampMs: number): TimestampedOffset | undefined
  /** The record with the largest timestamp (the first of them); undefined in an empty log. */
  maxTimestamp(): TimestampedOffset | undefined
  endOffsetForEpoch(epoch: number): EpochEnd
  /** -1 when unknown. */
  epochForOffset(offset: number): number
  /** Removes everything at and after `offset`; false when there was nothing to remove. */
  truncateTo(offset: number): boolean
  truncateFullyAndStartAt(offset: number): void
  /** DeleteRecords, or what the leader told; never falls. Segments wholly below are removed. */
  advanceLogStart(offset: number): void
  /** First offset of the oldest open transaction (or one whose marker is not yet below the high watermark); undefined: none. */
  firstUnstableOffset(highWatermark: number): number | undefined
  /** Transactions aborted within [from, to). */
  abortedTransactions(from: number, to: number): readonly AbortedTransaction[]
  segments(): readonly SegmentDescription[]
  producers(): readonly ProducerDescription[]
  /** True when the producer has a transaction open here (for AddPartitionsToTxn verification, KIP-890). */
  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean
  /** Makes everything up to the present log end survive a power failure; the recovery point follows. */
  flush(): Promise<DiskResult<void>>
  /** True when `log.flush.interval.messages` records are not flushed yet: the reply then waits for `flush()`. */
  readonly needsFlush: boolean
  /** Closes the active segment. */
  roll(): void
  /** Retention by time and size, on closed segments below the high watermark; returns how many went. */
  deleteOldSegments(highWatermark: number): number
  /** Writes indexes and the producer snapshot and gives the descriptors back. */
  close(): void
  /** Removes the folder (by way of `…-delete`). */
  remove(): DiskResult<void>
}
