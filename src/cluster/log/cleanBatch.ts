import * as batch from "../../protocol/recordBatch"
import type { CleanerTransactions } from "./cleanerTransactions"
import { lastSequence, NO_SEQUENCE, type ProducerEntry } from "./producerEntry"

/** The newest offset of every key of the dirty part, and up to where that holds. */
export interface NewestOffsets {
  readonly byKey: ReadonlyMap<string, number>
  readonly latestOffset: number
}

export interface CleanBatchOptions {
  readonly newest: NewestOffsets
  readonly transactions: CleanerTransactions
  readonly producer: (producerId: number) => ProducerEntry | undefined
  readonly nowMs: number
  readonly deleteRetentionMs: number
  /** The round ends before this offset; its last batch stays, so that the log's end offset is not forgotten. */
  readonly roundEndOffset: number
}

/** Keys are compared by their bytes. */
export function keyText(key: Buffer): string {
  return key.toString("latin1")
}

/**
 * What the cleaner leaves of a batch (Kafka: `Cleaner.cleanInto`, `MemoryRecords.filterTo`): the same bytes, a smaller
 * batch with the same first and last offset, an empty one, or undefined when nothing needs it any more.
 */
export function cleanBatch(bytes: Buffer, at: number, options: CleanBatchOptions): Buffer | undefined {
  const { transactions, nowMs } = options
  const original = bytes.subarray(at, at + batch.batchSize(bytes, at))
  const mayDiscard = transactions.mayDiscard(bytes, at)
  const isControl = batch.isControl(original)
  const horizonMs = batch.deleteHorizonMs(original)
  // Markers wait for delete.retention.ms after their transaction has gone, as tombstones do.
  const discards = isControl ? mayDiscard && horizonMs !== null && horizonMs <= nowMs : mayDiscard
  const staysEmpty = isLastOfProducer(original, options) || batch.lastOffset(original) + 1 === options.roundEndOffset
  if (discards) return staysEmpty ? emptied(original) : undefined
  const records = batch.decodeRecords(original)
  const kept = isControl ? records : records.filter((record) => isKept(record, horizonMs, options))
  if (kept.length === 0) return staysEmpty ? emptied(original) : undefined
  const hasTombstones = !isControl && kept.some((record) => record.value === null)
  const isMarkerOfNothing = isControl && mayDiscard
  const setsHorizon = (hasTombstones || isMarkerOfNothing) && horizonMs === null
  if (kept.length === records.length && !setsHorizon) return original
  const newHorizonMs = setsHorizon ? nowMs + options.deleteRetentionMs : (horizonMs ?? undefined)
  return rebuilt(original, kept, newHorizonMs)
}

/** The last batch of a producer holds its last sequence; a producer with none is known by its last marker's epoch. */
function isLastOfProducer(original: Buffer, options: CleanBatchOptions): boolean {
  if (batch.producerId(original) < 0) return false
  const producer = options.producer(batch.producerId(original))
  if (!producer) return false
  const last = producer.batches.at(-1)
  if (last && lastSequence(producer) !== NO_SEQUENCE) return last.lastOffset === batch.lastOffset(original)
  return batch.isControl(original) && batch.producerEpoch(original) === producer.producerEpoch
}

function isKept(record: batch.DecodedRecord, horizonMs: number | null, options: CleanBatchOptions): boolean {
  const { newest, nowMs } = options
  if (record.offset > newest.latestOffset) return true
  // Records without a key cannot be compacted; they came before the topic was.
  if (record.key === null) return false
  const newestOffset = newest.byKey.get(keyText(record.key)) ?? -1
  const isExpiredTombstone = record.value === null && horizonMs !== null && nowMs >= horizonMs
  return record.offset >= newestOffset && !isExpiredTombstone
}

function rebuilt(
  original: Buffer,
  records: readonly batch.DecodedRecord[],
  deleteHorizonMs: number | undefined,
): Buffer {
  return batch.encodeBatch({
    ...identityOf(original),
    records,
    codec: batch.codecOf(original) ?? "none",
    ...(batch.isLogAppendTime(original) && { maxTimestamp: batch.maxTimestamp(original) }),
    ...(deleteHorizonMs !== undefined && { deleteHorizonMs }),
  })
}

/** Only the header, for what it tells of offsets and of the producer. */
function emptied(original: Buffer): Buffer {
  const timestamp = batch.maxTimestamp(original)
  return batch.encodeBatch({ ...identityOf(original), records: [], maxTimestamp: timestamp })
}

function identityOf(original: Buffer): Omit<batch.BatchInput, "records"> {
  return {
    baseOffset: batch.baseOffset(original),
    lastOffsetDelta: batch.lastOffsetDelta(original),
    partitionLeaderEpoch: batch.partitionLeaderEpoch(original),
    producerId: batch.producerId(original),
    producerEpoch: batch.producerEpoch(original),
    baseSequence: batch.baseSequence(original),
    isTransactional: batch.isTransactional(original),
    isControl: batch.isControl(original),
    isLogAppendTime: batch.isLogAppendTime(original),
  }
}
