import { batchesOf, lastOffset, partitionLeaderEpoch } from "../../../protocol/recordBatch"
import type { Clock } from "../../clock"
import type { Disk, DiskResult } from "../../disk"
import { DEFAULT_LOG_CONFIG } from "../../log/logConfig"
import { type EpochEnd, PartitionLog } from "../../log/partitionLog"
import { metadataTopicId } from "../../random"
import { SnapshotFiles, type SnapshotId } from "./snapshotFiles"

export const METADATA_TOPIC = "__cluster_metadata"

/** Kafka: metadata.log.segment.bytes, and no retention: snapshots decide what may go. */
const METADATA_LOG_CONFIG = { ...DEFAULT_LOG_CONFIG, retentionMs: -1, segmentMs: Number.MAX_SAFE_INTEGER }

/** One node's copy of `__cluster_metadata-0` with its snapshots (Kafka: KafkaMetadataLog). */
export class MetadataLog {
  readonly #log: PartitionLog
  readonly snapshots: SnapshotFiles
  /** Up to where the log survives a power failure: only that much is told to others. */
  #flushedEnd: number

  static open(disk: Disk, folder: string, clock: Clock): DiskResult<MetadataLog> {
    const place = `${folder}/${METADATA_TOPIC}-0`
    const made = disk.makeFolder(place)
    if (!made.ok) return made
    const opened = PartitionLog.open({
      disk,
      folder: place,
      topic: METADATA_TOPIC,
      partition: 0,
      topicId: metadataTopicId,
      config: METADATA_LOG_CONFIG,
      clock,
    })
    if (!opened.ok) return opened
    return { ok: true, value: new MetadataLog(opened.value, new SnapshotFiles(disk, place)) }
  }

  private constructor(log: PartitionLog, snapshots: SnapshotFiles) {
    this.#log = log
    this.snapshots = snapshots
    const latest = snapshots.latest()
    // A crash between the arrival of a snapshot and the truncation of the log that it replaces.
    if (latest && latest.endOffset > log.logEndOffset) log.truncateFullyAndStartAt(latest.endOffset)
    this.#flushedEnd = log.logEndOffset
  }

  get startOffset(): number {
    return this.#log.logStartOffset
  }

  get endOffset(): number {
    return this.#log.logEndOffset
  }

  get flushedEnd(): number {
    return Math.min(this.#flushedEnd, this.#log.logEndOffset)
  }

  /** The epoch of the last record, be it in the log or only in the snapshot before it. */
  get lastEpoch(): number {
    const latest = this.snapshots.latest()
    if (latest && latest.endOffset === this.endOffset) return Math.max(latest.epoch, this.#log.latestEpoch, 0)
    return Math.max(this.#log.latestEpoch, 0)
  }

  /** As leader. Returns the offset after the last record; undefined when the disk refused. */
  append(batch: Buffer, epoch: number): number | undefined {
    const { errorCode } = this.#log.append(batch, { leaderEpoch: epoch, origin: "coordinator" })
    return errorCode === 0 ? this.endOffset : undefined
  }

  appendFetched(batches: Buffer): boolean {
    return this.#log.appendFetched(batches).errorCode === 0
  }

  read(offset: number, maxBytes: number, endOffset?: number): Buffer {
    return this.#log.read(offset, maxBytes, endOffset)
  }

  endOffsetForEpoch(epoch: number): EpochEnd {
    const end = this.#log.endOffsetForEpoch(epoch)
    if (end.epoch >= 0) return end
    const snapshot = this.snapshots.latest()
    return snapshot && snapshot.epoch <= epoch
      ? { epoch: snapshot.epoch, endOffset: snapshot.endOffset }
      : { epoch: 0, endOffset: this.startOffset }
  }

  truncateTo(offset: number): boolean {
    const truncated = this.#log.truncateTo(offset)
    this.#flushedEnd = Math.min(this.#flushedEnd, this.endOffset)
    return truncated
  }

  /** Takes over from a snapshot that was fetched: the log begins behind it. */
  startAt(snapshot: SnapshotId): void {
    this.#log.truncateFullyAndStartAt(snapshot.endOffset)
    this.#flushedEnd = snapshot.endOffset
  }

  /** What a snapshot holds need not stay in the log; whole segments go. */
  advanceStart(offset: number): void {
    this.#log.advanceLogStart(offset)
  }

  /** Resolves when what is in the log now survives a power failure; false when the disk refused. */
  async flush(): Promise<boolean> {
    const end = this.endOffset
    const flushed = await this.#log.flush()
    if (flushed.ok) this.#flushedEnd = Math.max(this.#flushedEnd, Math.min(end, this.endOffset))
    return flushed.ok
  }

  close(): void {
    this.#log.close()
  }
}

/** The offset after the last batch of a piece of a log; 0 for an empty one. */
export function endOfBatches(batches: Buffer): number {
  let end = 0
  for (const batch of batchesOf(batches)) end = lastOffset(batch) + 1
  return end
}

/** The leader epoch of the last batch of a piece of a log. */
export function epochOfBatches(batches: Buffer): number {
  let epoch = 0
  for (const batch of batchesOf(batches)) epoch = partitionLeaderEpoch(batch)
  return epoch
}
