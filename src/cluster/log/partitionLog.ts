import { dirname } from "node:path"
import { ErrorCode } from "../../protocol/errorCodes"
import * as batch from "../../protocol/recordBatch"
import type { DiskResult } from "../disk"
import { type CleanableRange, cleanableRange } from "./cleanableRange"
import { type CleanResult, cleanLog } from "./cleanLog"
import { FailureLatch } from "./failureLatch"
import {
  hasSnapshot,
  loadProducers,
  namesOfSnapshots,
  noteBatch,
  removeSnapshots,
  writeSnapshot,
} from "./loadProducers"
import type { LogConfig } from "./logConfig"
import type { AppendOptions, AppendResult, PartitionLogOptions } from "./logInterface"
import { PARTITION_METADATA, readPartitionMetadata, writePartitionMetadata } from "./partitionMetadata"
import { ReadableLog } from "./readableLog"
import { deletableSegments } from "./retention"
import type { Segment } from "./segment"
import { setAsideName } from "./setAsideName"
import { isChecked } from "./tailCache"
import { validateAppend, validateFetched } from "./validateAppend"

export type * from "./logInterface"

/** One replica of one partition on one disk: segments, indexes, leader epochs, producer state (Kafka: `UnifiedLog`). */
export class PartitionLog extends ReadableLog {
  #hasFolder = false
  /** Its partition.metadata does not survive a power failure yet, or a killed process may have left it so. */
  #isFolderNew = false
  #unflushedRecords = 0
  #lastFlushMs: number

  /** Opens or begins a log; after an unclean stop it is recovered. The error is the disk's. */
  static open(options: PartitionLogOptions): DiskResult<PartitionLog> {
    const latch = options.latch ?? new FailureLatch(options.onFailure)
    const log = new PartitionLog(options, latch)
    log.#load(options)
    return latch.failure ? { ok: false, error: latch.failure } : { ok: true, value: log }
  }

  private constructor(options: PartitionLogOptions, latch: FailureLatch) {
    super(options, latch)
    this.#lastFlushMs = options.clock.now()
  }

  #load(options: PartitionLogOptions): void {
    const { cleanShutdown = false } = options
    this.#hasFolder = this.#ownsFolder()
    this.#isFolderNew = this.#hasFolder && !cleanShutdown
    // What the checkpoints say of a log that is not there any more does not hold for the one that begins in its place.
    const { recoveryPoint = 0, logStartOffset = 0 } = this.place.disk.exists(this.folder) ? options : {}
    this.epochs.load(cleanShutdown)
    const { indexIntervalBytes, isCompacting: isCompacted } = this.currentConfig
    const { epochs } = this
    const loaded = this.local.load({ indexIntervalBytes, cleanShutdown, recoveryPoint, epochs, isCompacted })
    this.tornBytes = loaded.truncatedBytes
    const first = this.local.segments[0]
    const firstBase = first?.baseOffset ?? logStartOffset
    this.end = first ? loaded.logEndOffset : firstBase
    this.start = Math.min(Math.max(firstBase, logStartOffset), this.end)
    // An index that was built anew is not flushed, whatever its segment is.
    this.flushedTo = Math.min(cleanShutdown ? this.end : recoveryPoint, loaded.rebuiltFrom, this.end)
    if (!first) return
    // A power failure may take partition.metadata and leave records: it is written anew (UnifiedLog.initializeTopicId).
    if (!this.#hasFolder) this.#makeFolder()
    this.epochs.truncateFromEnd(this.end)
    this.epochs.truncateFromStart(this.start)
    removeSnapshots(this.place, (offset) => offset > this.end)
    this.#loadProducers(loaded.rebuiltFrom)
  }

  /** The folder of a topic that was deleted and made anew while this broker was away is set aside (Kafka: stray logs). */
  #ownsFolder(): boolean {
    const { disk, latch } = this.place
    const found = readPartitionMetadata(this.place)
    if (found === undefined || found === this.topicId) return found !== undefined
    const stray = setAsideName(this.topic, this.partition, found, "-stray")
    latch.check(disk.rename(this.folder, `${dirname(this.folder)}/${stray}`))
    return false
  }

  configure(config: LogConfig): void {
    this.currentConfig = config
  }

  /** As leader: validates, assigns offsets in place, checks idempotence and transactions. */
  append(batches: Buffer, options: AppendOptions): AppendResult {
    if (this.isClosed) return this.#offline()
    const nowMs = this.clock.now()
    const valid = validateAppend(batches, { config: this.currentConfig, origin: options.origin, nowMs })
    if (!valid.ok) return valid.refusal
    const bytes = valid.bytes
    const baseOffset = this.end
    let next = baseOffset
    for (let at = 0; at < bytes.length; at += batch.batchSize(bytes, at)) {
      batch.setBaseOffset(bytes, next, at)
      batch.setPartitionLeaderEpoch(bytes, options.leaderEpoch, at)
      next = batch.lastOffset(bytes, at) + 1
    }
    const verdict = this.producerState.judgeAll(bytes, options.origin, options.verification)
    const isAppendTime = this.currentConfig.messageTimestampType === "LogAppendTime"
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

  /** As follower: batches with offsets and epochs as the leader gave them; they follow the log end (gaps may be: compaction). */
  appendFetched(batches: Buffer): AppendResult {
    if (this.isClosed) return this.#offline()
    const valid = validateFetched(batches, this.end, isChecked(batches))
    if (!valid.ok) return valid.refusal
    if (!this.#write(valid.bytes, valid.lastOffset)) return this.#offline()
    return { errorCode: 0, baseOffset: batch.baseOffset(batches, 0), lastOffset: valid.lastOffset, appendTimeMs: -1 }
  }

  #offline(): AppendResult {
    return refused(ErrorCode.KafkaStorageError, this.failure?.message ?? "The log is offline.")
  }

  #write(bytes: Buffer, lastOffset: number): boolean {
    const segment = this.#segmentFor(bytes, lastOffset)
    if (!segment?.append(bytes, this.currentConfig.indexIntervalBytes)) return false
    const baseOffset = batch.baseOffset(bytes, 0)
    for (let at = 0; at < bytes.length; at += batch.batchSize(bytes, at)) {
      const epoch = batch.partitionLeaderEpoch(bytes, at)
      if (epoch >= 0 && epoch !== this.epochs.latest) {
        this.epochs.assign(epoch, batch.baseOffset(bytes, at))
      }
      if (batch.producerId(bytes, at) >= 0) noteBatch(this.producerState, segment, bytes, at)
      this.#unflushedRecords += batch.recordCount(bytes, at)
    }
    this.epochs.saveIfChanged()
    this.end = lastOffset + 1
    this.tail.add(bytes, baseOffset, lastOffset)
    return true
  }

  /** The active segment, after rolling where the incoming bytes ask for it (Kafka: `maybeRoll`). */
  #segmentFor(bytes: Buffer, lastOffset: number): Segment | undefined {
    if (!this.#hasFolder) this.#makeFolder()
    if (this.local.shouldRoll(bytes, lastOffset, this.currentConfig)) this.roll()
    if (this.failure) return undefined
    return this.local.active ?? this.local.begin(this.end)
  }

  #makeFolder(): void {
    this.place.latch.check(this.place.disk.makeFolder(this.folder))
    writePartitionMetadata(this.place, this.topicId, { durable: false })
    this.#isFolderNew = true
    this.#hasFolder = true
  }

  /** Closes the active segment and begins the next; an empty one stays. */
  roll(): void {
    const active = this.local.active
    if (!active || active.size === 0 || this.isClosed) return
    active.close()
    const closedAt = this.end
    writeSnapshot(this.place, closedAt, this.producerState)
    this.local.begin(closedAt)
    void this.#flushUpTo(closedAt)
  }

  /** Tells the log that its leader epoch begins at the log end (Kafka: `assignEpochStartOffset`). */
  beginEpoch(leaderEpoch: number): void {
    if (this.isClosed) return
    this.epochs.assign(leaderEpoch, this.end)
    if (this.#hasFolder) this.epochs.saveIfChanged()
  }

  /** Removes everything at and after `offset`; false when there was nothing to remove. */
  truncateTo(offset: number): boolean {
    if (this.isClosed) return false
    if (offset >= this.end) {
      // A leader that was deposed before its first append holds an epoch that no record of any log has; as long as it
      // stands, each fetch finds the logs diverging (UnifiedLog.truncateTo).
      this.epochs.truncateFromEnd(this.end)
      return false
    }
    if (offset <= (this.local.segments[0]?.baseOffset ?? 0)) {
      this.truncateFullyAndStartAt(offset)
      return true
    }
    this.tail.clear()
    this.end = this.local.truncateTo(offset)
    this.epochs.truncateFromEnd(this.end)
    this.flushedTo = Math.min(this.flushedTo, this.end)
    this.start = Math.min(this.start, this.end)
    removeSnapshots(this.place, (at) => at > this.end)
    this.#loadProducers(this.end)
    return true
  }

  /** Empties the log: what comes next has this offset. */
  truncateFullyAndStartAt(offset: number): void {
    if (this.isClosed) return
    this.tail.clear()
    this.local.removeFirst(this.local.segments.length)
    this.producerState.clear()
    if (this.#hasFolder) {
      this.epochs.clear()
      removeSnapshots(this.place, () => true)
    }
    this.start = offset
    this.end = offset
    this.flushedTo = Math.min(this.flushedTo, offset)
    if (offset > 0) {
      if (!this.#hasFolder) this.#makeFolder()
      this.local.begin(offset)
    }
  }

  #loadProducers(replayFrom: number): void {
    loadProducers({
      ...this.place,
      producers: this.producerState,
      segments: this.local.segments,
      logStartOffset: this.start,
      logEndOffset: this.end,
      replayFrom,
      nowMs: this.clock.now(),
      producerIdExpirationMs: this.currentConfig.producerIdExpirationMs,
    })
  }

  /** DeleteRecords, or what the leader told; never falls. Segments wholly below are removed. */
  advanceLogStart(offset: number): void {
    if (this.isClosed || offset <= this.start) return
    this.start = Math.min(offset, this.end)
    this.epochs.truncateFromStart(this.start)
  }

  /** Forgets silent producers (Kafka does so every ten minutes: `producer.id.expiration.check.interval.ms`). */
  expireProducers(): void {
    this.producerState.expire(this.clock.now(), this.currentConfig.producerIdExpirationMs)
  }

  /** True when flush.messages or flush.ms asks for a flush: the reply then waits for `flush()`. */
  get needsFlush(): boolean {
    if (this.#unflushedRecords === 0) return false
    const { flushMessages, flushMs } = this.currentConfig
    return this.#unflushedRecords >= flushMessages || this.clock.now() - this.#lastFlushMs >= flushMs
  }

  /** Makes everything up to the present log end survive a power failure; the recovery point follows. */
  flush(): Promise<DiskResult<void>> {
    this.#unflushedRecords = 0
    this.#lastFlushMs = this.clock.now()
    return this.#flushUpTo(this.end)
  }

  /** Records that survive need to be known for what they are: of which topic id, in which epochs. */
  #makeNamesDurable(): void {
    this.epochs.makeDurable()
    if (!this.#isFolderNew) return
    this.#isFolderNew = false
    writePartitionMetadata(this.place, this.topicId, { durable: true })
  }

  async #flushUpTo(offset: number): Promise<DiskResult<void>> {
    if (this.#hasFolder) this.#makeNamesDurable()
    await this.local.flush(this.flushedTo, offset)
    if (this.failure) return { ok: false, error: this.failure }
    // A truncation during the flush may have moved the end back.
    this.flushedTo = Math.max(this.flushedTo, Math.min(offset, this.end))
    return { ok: true, value: undefined }
  }

  /** Retention by time and size, and what is below the log start; returns how many segments went. */
  deleteOldSegments(highWatermark: number): number {
    if (this.isClosed) return 0
    const doomed = deletableSegments({
      segments: this.local.segments,
      config: this.currentConfig,
      nowMs: this.clock.now(),
      logStartOffset: this.start,
      logEndOffset: this.end,
      highWatermark,
    })
    if (doomed === 0) return 0
    // The active segment goes, too, when all in it is old: a fresh one takes its place first.
    if (doomed === this.local.segments.length) this.roll()
    this.local.removeFirst(doomed)
    const start = this.local.segments[0]?.baseOffset ?? this.end
    this.deletions.doom(namesOfSnapshots(this.place, (at) => at < start))
    this.advanceLogStart(start)
    return doomed
  }

  /** What of the log compaction could take up; `checkpoint` is where the last round ended. */
  cleanableRange(checkpoint: number, lastStableOffset: number): CleanableRange {
    return cleanableRange({
      segments: this.local.segments,
      config: this.currentConfig,
      nowMs: this.clock.now(),
      logStartOffset: this.start,
      lastStableOffset,
      checkpoint,
    })
  }

  /** One round of compaction over a range; `pause` lets others work now and then. */
  async clean(range: CleanableRange, pause: () => Promise<void>): Promise<CleanResult> {
    const { truncations } = this.local
    return cleanLog(
      {
        segments: this.local.segments.slice(),
        range,
        config: this.currentConfig,
        nowMs: this.clock.now(),
        producer: (producerId) => this.producerState.entry(producerId),
        isGone: () => this.local.isDropped,
        beginCleaned: (baseOffset) => this.local.beginCleaned(baseOffset),
        replace: async (old, cleaned) => {
          const replaced = await this.local.replace(old, cleaned, truncations)
          const gone = new Set(old.slice(1).map(({ baseOffset }) => baseOffset))
          if (replaced) this.deletions.doom(namesOfSnapshots(this.place, (offset) => gone.has(offset)))
          this.tail.clear()
          return replaced
        },
      },
      pause,
    )
  }

  /** Writes indexes and the producer snapshot and gives the descriptors back (a clean stop). */
  close(): void {
    if (this.local.active && !this.failure && !hasSnapshot(this.place, this.end)) {
      writeSnapshot(this.place, this.end, this.producerState)
    }
    this.local.release()
    this.tail.clear()
  }

  /** After `close`: what it has left survives a power failure. Beside other logs, as fast as the disk can. */
  async makeDurable(): Promise<void> {
    const { disk, latch } = this.place
    const names = [...(this.#isFolderNew ? [PARTITION_METADATA] : []), ...this.#unflushedEpochs()]
    if (names.length > 0 && latch.check(await disk.flushFiles(this.folder, names))) {
      this.#isFolderNew = false
      this.epochs.noteFlushed()
    }
    if (this.flushedTo === this.end) return
    await this.flush()
    // Flushing has opened files again.
    this.local.release()
  }

  #unflushedEpochs(): readonly string[] {
    return this.#hasFolder && !this.failure ? this.epochs.unflushed : []
  }

  /** Gives the folder another name, and lets go of it; true when there was one (Kafka: `UnifiedLog.renameDir`). */
  setAside(path: string): DiskResult<boolean> {
    this.local.drop()
    this.tail.clear()
    this.#hasFolder = false
    if (!this.place.disk.exists(this.folder)) return { ok: true, value: false }
    const renamed = this.place.disk.rename(this.folder, path)
    return renamed.ok ? { ok: true, value: true } : renamed
  }
}

function refused(errorCode: number, errorMessage: string): AppendResult {
  return { errorCode, baseOffset: -1, lastOffset: -1, appendTimeMs: -1, errorMessage }
}
