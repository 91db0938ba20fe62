import type { Clock } from "../clock"
import type { DiskError } from "../disk"
import { DelayedDeletions } from "./delayedDeletions"
import type { FailureLatch } from "./failureLatch"
import { findMaxTimestamp, findTimestamp } from "./findTimestamp"
import { LeaderEpochs } from "./leaderEpochs"
import { LocalLog } from "./localLog"
import type { LogConfig } from "./logConfig"
import type {
  AbortedTransaction,
  EpochEnd,
  PartitionLogOptions,
  ProducerDescription,
  SegmentDescription,
  TimestampedOffset,
} from "./logInterface"
import { lastSequence } from "./producerEntry"
import { ProducerState } from "./producerState"
import type { LogPlace } from "./segmentFiles"
import { TailBudget, TailCache } from "./tailCache"
import type { Verification, VerifiedProducer } from "./verification"

const NOTHING = Buffer.alloc(0)

/** What one can ask of a log; `PartitionLog` changes it. */
export abstract class ReadableLog {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly folder: string
  protected readonly place: LogPlace
  protected readonly clock: Clock
  protected readonly deletions: DelayedDeletions
  protected readonly epochs: LeaderEpochs
  protected readonly producerState: ProducerState
  protected readonly tail: TailCache
  protected readonly local: LocalLog
  protected currentConfig: LogConfig
  protected start = 0
  protected end = 0
  protected flushedTo = 0
  protected tornBytes = 0

  protected constructor(options: PartitionLogOptions, latch: FailureLatch) {
    this.topic = options.topic
    this.partition = options.partition
    this.topicId = options.topicId
    this.folder = options.folder
    this.place = { disk: options.disk, folder: options.folder, latch }
    this.clock = options.clock
    this.currentConfig = options.config
    this.deletions = new DelayedDeletions(this.place, options.clock, () => this.currentConfig.fileDeleteDelayMs)
    this.local = new LocalLog(this.place, options.clock, this.deletions)
    this.epochs = new LeaderEpochs(options.disk, options.folder, latch)
    this.producerState = options.newProducerState?.() ?? new ProducerState()
    this.tail = new TailCache(options.tailBudget ?? new TailBudget())
  }

  get config(): LogConfig {
    return this.currentConfig
  }

  /** Set when the disk refused: the log then answers every append with KAFKA_STORAGE_ERROR and reads nothing. */
  get failure(): DiskError | undefined {
    return this.place.latch.failure
  }

  /** Nothing can be written: the disk refused, or the log was deleted. */
  protected get isClosed(): boolean {
    return this.failure !== undefined || this.local.isDropped
  }

  get logStartOffset(): number {
    return this.start
  }

  get logEndOffset(): number {
    return this.end
  }

  /** Below it nothing needs checking after an unclean stop. */
  get recoveryPoint(): number {
    return this.flushedTo
  }

  /** What a crash had left half written, when the log was opened. */
  get truncatedAtOpenBytes(): number {
    return this.tornBytes
  }

  /** Of all segments, indexes not counted. */
  get bytes(): number {
    return this.local.bytes
  }

  /** Rises whenever what stood at an offset may have become something else: truncated, removed, compacted. */
  get rewrites(): number {
    return this.local.rewrites
  }

  /** The epoch of the newest batch or assignment; -1 in an empty log. */
  get latestEpoch(): number {
    return this.epochs.latest
  }

  /**
   * Whole batches from the one that holds `offset`, below `endOffset`: at least one if there is one, else within
   * `maxBytes`. What must be read from a file is read into memory of `allocate`.
   */
  read(offset: number, maxBytes: number, endOffset: number = this.end, allocate?: (bytes: number) => Buffer): Buffer {
    if (this.failure || offset >= endOffset || offset >= this.end) return NOTHING
    const recent = this.tail.read(offset, maxBytes, endOffset)
    return recent ?? this.local.read(offset, maxBytes, endOffset, allocate)
  }

  /** The first record at or after a time; undefined when there is none. */
  offsetForTimestamp(timestampMs: number): TimestampedOffset | undefined {
    return findTimestamp(this.local.segments, timestampMs, this.start)
  }

  /** The record with the largest timestamp (the first of them); undefined in an empty log. */
  maxTimestamp(): TimestampedOffset | undefined {
    return findMaxTimestamp(this.local.segments, this.start)
  }

  endOffsetForEpoch(epoch: number): EpochEnd {
    return this.epochs.endOffsetFor(epoch, this.end)
  }

  /** -1 when unknown. */
  epochForOffset(offset: number): number {
    return this.epochs.epochFor(offset)
  }

  /** First offset of the oldest open transaction, or of one whose marker is not yet below the high watermark. */
  firstUnstableOffset(highWatermark: number): number | undefined {
    const first = this.producerState.firstUnstableOffset(highWatermark)
    return first === undefined ? undefined : Math.max(first, this.start)
  }

  /** Transactions aborted within [from, to), as a read_committed Fetch lists them. */
  abortedTransactions(from: number, to: number): readonly AbortedTransaction[] {
    return this.local.abortedTransactions(from, to)
  }

  segments(): readonly SegmentDescription[] {
    return this.local.describe()
  }

  producers(): readonly ProducerDescription[] {
    return [...this.producerState.entries()].map((entry) => ({
      producerId: entry.producerId,
      producerEpoch: entry.producerEpoch,
      lastSequence: lastSequence(entry),
      lastTimestamp: entry.lastTimestamp,
      coordinatorEpoch: entry.coordinatorEpoch,
      currentTxnStartOffset: entry.transactionFirstOffset,
    }))
  }

  /** Before the first batch of a transaction: what `append` is to bring back; undefined where it is open (KIP-890). */
  beginVerification(producer: VerifiedProducer): Verification | undefined {
    return this.producerState.beginVerification(producer, this.clock.now())
  }
}
