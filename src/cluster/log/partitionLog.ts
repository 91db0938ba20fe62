import { ErrorCode } from "../../protocol/errorCodes"
import * as batch from "../../protocol/recordBatch"
import type { Disk, DiskError, DiskResult } from "../disk"
import { FailureLatch } from "./failureLatch"
import { findMaxTimestamp, findTimestamp } from "./findTimestamp"
import { LeaderEpochs } from "./leaderEpochs"
import { loadProducers, noteBatch, removeSnapshots, writeSnapshot } from "./loadProducers"
import { LocalLog } from "./localLog"
import type { LogConfig } from "./logConfig"
import type {
  AbortedTransaction,
  AppendOptions,
  AppendResult,
  EpochEnd,
  PartitionLogOptions,
  ProducerDescription,
  SegmentDescription,
  TimestampedOffset,
} from "./logInterface"
import { hasPartitionMetadata, readPartitionMetadata, writePartitionMetadata } from "./partitionMetadata"
import { emptyEntry, lastSequence, type ProducerEntry } from "./producerEntry"
import { afterData, ProducerState, type ProducerVerdict } from "./producerState"
import { deletableSegments } from "./retention"
import type { Segment } from "./segment"
import { isChecked, TailBudget, TailCache } from "./tailCache"
import { validateAppend, validateFetched } from "./validateAppend"

export type * from "./logInterface"

const NOTHING = Buffer.alloc(0)

/** One replica of one partition on one disk: segments, indexes, leader epochs, producer state (Kafka: `UnifiedLog`). */
export class PartitionLog {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly folder: string
  readonly #disk: Disk
  readonly #clock: { now(): number }
  readonly #latch: FailureLatch
  readonly #epochs: LeaderEpochs
  readonly #producers = new ProducerState()
  readonly #tail: TailCache
  readonly #local: LocalLog
  #config: LogConfig
  #logStartOffset = 0
  #logEndOffset = 0
  #recoveryPoint = 0
  #hasFolder = false
  #unflushedRecords = 0
  #lastFlushMs: number
  #truncatedAtOpen = 0
  /** A second close has nothing new to write. */
  #snapshotAt = -1

  /** Opens or begins a log; after an unclean stop it is recovered. The error is the disk's. */
  static open(options: PartitionLogOptions): DiskResult<PartitionLog> {
    const latch = options.latch ?? new FailureLatch(options.onFailure)
    const log = new PartitionLog(options, latch)
    log.#load(options)
    return latch.failure ? { ok: false, error: latch.failure } : { ok: true, value: log }
  }

  private constructor(options: PartitionLogOptions, latch: FailureLatch) {
    this.topic = options.topic
    this.partition = options.partition
    this.topicId = options.topicId
    this.folder = options.folder
    this.#disk = options.disk
    this.#clock = options.clock
    this.#config = options.config
    this.#latch = latch
    this.#local = new LocalLog(options.disk, options.folder, options.clock, latch)
    this.#epochs = new LeaderEpochs(options.disk, options.folder, latch)
    this.#tail = new TailCache(options.tailBudget ?? new TailBudget())
    this.#lastFlushMs = options.clock.now()
  }

  #load(options: PartitionLogOptions): void {
    const { recoveryPoint = 0, cleanShutdown = false } = options
    this.#setStrayAside()
    this.#hasFolder = hasPartitionMetadata(this.#disk, this.folder)
    this.#epochs.load()
    const { indexIntervalBytes } = this.#config
    const loaded = this.#local.load({ indexIntervalBytes, cleanShutdown, recoveryPoint, epochs: this.#epochs })
    this.#truncatedAtOpen = loaded.truncatedBytes
    const first = this.#local.segments[0]
    const firstBase = first?.baseOffset ?? options.logStartOffset ?? 0
    this.#logEndOffset = first ? loaded.logEndOffset : firstBase
    this.#logStartOffset = Math.min(Math.max(firstBase, options.logStartOffset ?? 0), this.#logEndOffset)
    this.#recoveryPoint = Math.min(cleanShutdown ? this.#logEndOffset : recoveryPoint, this.#logEndOffset)
    if (!first) return
    this.#epochs.truncateFromEnd(this.#logEndOffset)
    this.#epochs.truncateFromStart(this.#logStartOffset)
    removeSnapshots(this.#place, (offset) => offset > this.#logEndOffset)
    this.#loadProducers(loaded.rebuiltFrom)
  }

  /** The folder of a topic that was deleted and made anew while this broker was away is not ours (Kafka: stray logs). */
  #setStrayAside(): void {
    const found = readPartitionMetadata(this.#disk, this.folder, this.#latch)
    if (found === undefined || found === this.topicId) return
    this.#latch.check(this.#disk.rename(this.folder, `${this.folder}.${found}-stray`))
  }

  get config(): LogConfig {
    return this.#config
  }

  /** Set when the disk refused: the log then answers every append with KAFKA_STORAGE_ERROR and reads nothing. */
  get failure(): DiskError | undefined {
    return this.#latch.failure
  }

  get logStartOffset(): number {
    return this.#logStartOffset
  }

  get logEndOffset(): number {
    return this.#logEndOffset
  }

  /** Below it nothing needs checking after an unclean stop. */
  get recoveryPoint(): number {
    return this.#recoveryPoint
  }

  /** What a crash had left half written, when the log was opened. */
  get truncatedAtOpenBytes(): number {
    return this.#truncatedAtOpen
  }

  /** Of all segments, indexes not counted. */
  get bytes(): number {
    return this.#local.bytes
  }

  /** The epoch of the newest batch or assignment; -1 in an empty log. */
  get latestEpoch(): number {
    return this.#epochs.latest
  }

  configure(config: LogConfig): void {
    this.#config = config
  }

  /** As leader: validates, assigns offsets in place, checks idempotence and transactions. */
  append(batches: Buffer, options: AppendOptions): AppendResult {
    if (this.failure) return this.#offline()
    const nowMs = this.#clock.now()
    const valid = validateAppend(batches, { config: this.#config, origin: options.origin, nowMs })
    if (!valid.ok) return valid.refusal
    const bytes = valid.bytes
    const baseOffset = this.#logEndOffset
    let next = baseOffset
    for (let at = 0; at < bytes.length; at += batch.batchSize(bytes, at)) {
      batch.setBaseOffset(bytes, next, at)
      batch.setPartitionLeaderEpoch(bytes, options.leaderEpoch, at)
      next = batch.lastOffset(bytes, at) + 1
    }
    const verdict = this.#judgeProducers(bytes, options.origin)
    const isAppendTime = this.#config.messageTimestampType === "LogAppendTime"
    switch (verdict.kind) {
      case "refused":
        return refused(verdict.errorCode, verdict.message)
      case "duplicate": {
        const { firstOffset, lastOffset, timestamp } = verdict.of
        const appendTimeMs = isAppendTime ? timestamp : -1
        return { errorCode: 0, baseOffset: firstOffset, lastOffset, appendTimeMs, duplicate: true }
      }
      case "accepted":
        break
    }
    if (!this.#write(bytes, next - 1)) return this.#offline()
    return { errorCode: 0, baseOffset, lastOffset: next - 1, appendTimeMs: isAppendTime ? nowMs : -1 }
  }

  /** Every batch is judged against the state that those before it will leave. */
  #judgeProducers(bytes: Buffer, origin: AppendOptions["origin"]): ProducerVerdict {
    const pending = new Map<number, ProducerEntry>()
    for (let at = 0; at < bytes.length; at += batch.batchSize(bytes, at)) {
      const producerId = batch.producerId(bytes, at)
      if (producerId < 0) continue
      const verdict = this.#producers.judge(bytes, at, origin, pending.get(producerId))
      if (verdict.kind !== "accepted") return verdict
      if (at + batch.batchSize(bytes, at) === bytes.length || batch.isControl(bytes, at)) continue
      const entry = pending.get(producerId) ?? this.#producers.entry(producerId) ?? emptyEntry(producerId)
      pending.set(producerId, afterData(entry, bytes, at))
    }
    return { kind: "accepted" }
  }

  /** As follower: batches with offsets and epochs as the leader gave them; they follow the log end (gaps may be: compaction). */
  appendFetched(batches: Buffer): AppendResult {
    if (this.failure) return this.#offline()
    const valid = validateFetched(batches, this.#logEndOffset, isChecked(batches))
    if (!valid.ok) return valid.refusal
    if (!this.#write(valid.bytes, valid.lastOffset)) return this.#offline()
    return { errorCode: 0, baseOffset: batch.baseOffset(batches, 0), lastOffset: valid.lastOffset, appendTimeMs: -1 }
  }

  #offline(): AppendResult {
    return refused(ErrorCode.KafkaStorageError, this.failure?.message ?? "The log is offline.")
  }

  #write(bytes: Buffer, lastOffset: number): boolean {
    const segment = this.#segmentFor(bytes, lastOffset)
    if (!segment?.append(bytes, this.#config.indexIntervalBytes)) return false
    const baseOffset = batch.baseOffset(bytes, 0)
    let epochsChanged = false
    for (let at = 0; at < bytes.length; at += batch.batchSize(bytes, at)) {
      const epoch = batch.partitionLeaderEpoch(bytes, at)
      if (epoch >= 0 && epoch !== this.#epochs.latest) {
        epochsChanged = this.#epochs.assign(epoch, batch.baseOffset(bytes, at)) || epochsChanged
      }
      if (batch.producerId(bytes, at) >= 0) noteBatch(this.#producers, segment, bytes, at)
      this.#unflushedRecords += batch.recordCount(bytes, at)
    }
    if (epochsChanged) this.#epochs.save()
    this.#logEndOffset = lastOffset + 1
    this.#tail.add(bytes, baseOffset, lastOffset)
    return true
  }

  /** The active segment, after rolling where the incoming bytes ask for it (Kafka: `maybeRoll`). */
  #segmentFor(bytes: Buffer, lastOffset: number): Segment | undefined {
    if (!this.#hasFolder) this.#makeFolder()
    if (this.#local.shouldRoll(bytes, lastOffset, this.#config)) this.roll()
    if (this.failure) return undefined
    return this.#local.active ?? this.#local.begin(this.#logEndOffset)
  }

  #makeFolder(): void {
    this.#latch.check(this.#disk.makeFolder(this.folder))
    writePartitionMetadata(this.#disk, this.folder, this.topicId, this.#latch)
    this.#epochs.save()
    this.#hasFolder = true
  }

  /** Closes the active segment and begins the next; an empty one stays. */
  roll(): void {
    const active = this.#local.active
    if (!active || active.size === 0 || this.failure) return
    active.close()
    const closedAt = this.#logEndOffset
    writeSnapshot(this.#place, closedAt, this.#producers)
    this.#local.begin(closedAt)
    void this.#flushUpTo(closedAt)
  }

  /** Tells the log that its leader epoch begins at the log end (Kafka: `assignEpochStartOffset`). */
  beginEpoch(leaderEpoch: number): void {
    if (this.failure) return
    const changed = this.#epochs.assign(leaderEpoch, this.#logEndOffset)
    if (changed && this.#hasFolder) this.#epochs.save()
  }

  /** Whole batches from the one that holds `offset`, below `endOffset`: at least one if there is one, else within `maxBytes`. */
  read(offset: number, maxBytes: number, endOffset: number = this.#logEndOffset): Buffer {
    if (this.failure || offset >= endOffset || offset >= this.#logEndOffset) return NOTHING
    const recent = this.#tail.read(offset, maxBytes, endOffset)
    return recent ?? this.#local.read(offset, maxBytes, endOffset)
  }

  /** The first record at or after a time; undefined when there is none. */
  offsetForTimestamp(timestampMs: number): TimestampedOffset | undefined {
    return findTimestamp(this.#local.segments, timestampMs, this.#logStartOffset)
  }

  /** The record with the largest timestamp (the first of them); undefined in an empty log. */
  maxTimestamp(): TimestampedOffset | undefined {
    return findMaxTimestamp(this.#local.segments, this.#logStartOffset)
  }

  endOffsetForEpoch(epoch: number): EpochEnd {
    return this.#epochs.endOffsetFor(epoch, this.#logEndOffset)
  }

  /** -1 when unknown. */
  epochForOffset(offset: number): number {
    return this.#epochs.epochFor(offset)
  }

  /** Removes everything at and after `offset`; false when there was nothing to remove. */
  truncateTo(offset: number): boolean {
    if (this.failure || offset >= this.#logEndOffset) return false
    if (offset <= (this.#local.segments[0]?.baseOffset ?? 0)) {
      this.truncateFullyAndStartAt(offset)
      return true
    }
    this.#tail.clear()
    this.#logEndOffset = this.#local.truncateTo(offset)
    this.#epochs.truncateFromEnd(this.#logEndOffset)
    this.#recoveryPoint = Math.min(this.#recoveryPoint, this.#logEndOffset)
    this.#logStartOffset = Math.min(this.#logStartOffset, this.#logEndOffset)
    removeSnapshots(this.#place, (at) => at > this.#logEndOffset)
    this.#loadProducers(this.#logEndOffset)
    return true
  }

  /** Empties the log: what comes next has this offset. */
  truncateFullyAndStartAt(offset: number): void {
    if (this.failure) return
    this.#tail.clear()
    this.#local.removeFirst(this.#local.segments.length)
    this.#producers.clear()
    if (this.#hasFolder) {
      this.#epochs.clear()
      removeSnapshots(this.#place, () => true)
    }
    this.#logStartOffset = offset
    this.#logEndOffset = offset
    this.#recoveryPoint = Math.min(this.#recoveryPoint, offset)
    if (offset > 0) {
      if (!this.#hasFolder) this.#makeFolder()
      this.#local.begin(offset)
    }
  }

  get #place(): { readonly disk: Disk; readonly folder: string; readonly latch: FailureLatch } {
    return { disk: this.#disk, folder: this.folder, latch: this.#latch }
  }

  #loadProducers(replayFrom: number): void {
    loadProducers({
      ...this.#place,
      producers: this.#producers,
      segments: this.#local.segments,
      logStartOffset: this.#logStartOffset,
      logEndOffset: this.#logEndOffset,
      replayFrom,
      nowMs: this.#clock.now(),
      producerIdExpirationMs: this.#config.producerIdExpirationMs,
    })
  }

  /** DeleteRecords, or what the leader told; never falls. Segments wholly below are removed. */
  advanceLogStart(offset: number): void {
    if (this.failure || offset <= this.#logStartOffset) return
    this.#logStartOffset = Math.min(offset, this.#logEndOffset)
    this.#epochs.truncateFromStart(this.#logStartOffset)
  }

  /** First offset of the oldest open transaction, or of one whose marker is not yet below the high watermark. */
  firstUnstableOffset(highWatermark: number): number | undefined {
    const first = this.#producers.firstUnstableOffset(highWatermark)
    return first === undefined ? undefined : Math.max(first, this.#logStartOffset)
  }

  /** Transactions aborted within [from, to), as a read_committed Fetch lists them. */
  abortedTransactions(from: number, to: number): readonly AbortedTransaction[] {
    return this.#local.abortedTransactions(from, to)
  }

  segments(): readonly SegmentDescription[] {
    return this.#local.describe()
  }

  producers(): readonly ProducerDescription[] {
    return [...this.#producers.entries()].map((entry) => ({
      producerId: entry.producerId,
      producerEpoch: entry.producerEpoch,
      lastSequence: lastSequence(entry),
      lastTimestamp: entry.lastTimestamp,
      coordinatorEpoch: entry.coordinatorEpoch,
      currentTxnStartOffset: entry.transactionFirstOffset,
    }))
  }

  /** True when the producer has a transaction open here (AddPartitionsToTxn verification, KIP-890). */
  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean {
    const entry = this.#producers.entry(producerId)
    return entry !== undefined && entry.producerEpoch === producerEpoch && entry.transactionFirstOffset >= 0
  }

  /** Forgets silent producers (Kafka does so every ten minutes: `producer.id.expiration.check.interval.ms`). */
  expireProducers(): void {
    this.#producers.expire(this.#clock.now(), this.#config.producerIdExpirationMs)
  }

  /** True when flush.messages or flush.ms asks for a flush: the reply then waits for `flush()`. */
  get needsFlush(): boolean {
    if (this.#unflushedRecords === 0) return false
    const { flushMessages, flushMs } = this.#config
    return this.#unflushedRecords >= flushMessages || this.#clock.now() - this.#lastFlushMs >= flushMs
  }

  /** Makes everything up to the present log end survive a power failure; the recovery point follows. */
  flush(): Promise<DiskResult<void>> {
    this.#unflushedRecords = 0
    this.#lastFlushMs = this.#clock.now()
    return this.#flushUpTo(this.#logEndOffset)
  }

  async #flushUpTo(offset: number): Promise<DiskResult<void>> {
    await this.#local.flush(this.#recoveryPoint, offset)
    if (this.failure) return { ok: false, error: this.failure }
    // A truncation during the flush may have moved the end back.
    this.#recoveryPoint = Math.max(this.#recoveryPoint, Math.min(offset, this.#logEndOffset))
    return { ok: true, value: undefined }
  }

  /** Retention by time and size, and what is below the log start; returns how many segments went. */
  deleteOldSegments(highWatermark: number): number {
    if (this.failure) return 0
    const doomed = deletableSegments({
      segments: this.#local.segments,
      config: this.#config,
      nowMs: this.#clock.now(),
      logStartOffset: this.#logStartOffset,
      logEndOffset: this.#logEndOffset,
      highWatermark,
    })
    if (doomed === 0) return 0
    // The active segment goes, too, when all in it is old: a fresh one takes its place first.
    if (doomed === this.#local.segments.length) this.roll()
    this.#local.removeFirst(doomed)
    const start = this.#local.segments[0]?.baseOffset ?? this.#logEndOffset
    removeSnapshots(this.#place, (at) => at < start)
    this.advanceLogStart(start)
    return doomed
  }

  /** Writes indexes and the producer snapshot and gives the descriptors back (a clean stop). */
  close(): void {
    if (this.#local.active && !this.failure && this.#snapshotAt !== this.#logEndOffset) {
      writeSnapshot(this.#place, this.#logEndOffset, this.#producers)
      this.#snapshotAt = this.#logEndOffset
    }
    this.#local.release()
    this.#tail.clear()
  }

  /** Removes the folder, by way of a name that tells what it was. */
  remove(): DiskResult<void> {
    this.#local.removeFirst(this.#local.segments.length)
    this.#tail.clear()
    if (!this.#disk.exists(this.folder)) return { ok: true, value: undefined }
    const doomed = `${this.folder}.${this.topicId}-delete`
    const renamed = this.#disk.rename(this.folder, doomed)
    return renamed.ok ? this.#disk.remove(doomed) : renamed
  }
}

function refused(errorCode: number, errorMessage: string): AppendResult {
  return { errorCode, baseOffset: -1, lastOffset: -1, appendTimeMs: -1, errorMessage }
}
