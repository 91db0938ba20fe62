import { ErrorCode } from "../../protocol/errorCodes"
import * as batch from "../../protocol/recordBatch"
import {
  addToSequence,
  emptyEntry,
  follows,
  lastSequence,
  NO_EPOCH,
  NO_OFFSET,
  NO_SEQUENCE,
  type ProducerEntry,
  REMEMBERED_BATCHES,
  type RememberedBatch,
} from "./producerEntry"
import { decodeProducerSnapshot, encodeProducerSnapshot } from "./producerSnapshot"
import { type Verification, Verifications, type VerifiedProducer } from "./verification"

export type AppendOrigin = "client" | "coordinator" | "replication"

export interface CompletedTransaction {
  readonly producerId: number
  readonly firstOffset: number
  /** Of the marker. */
  readonly lastOffset: number
  readonly aborted: boolean
}

export type ProducerVerdict =
  | { readonly kind: "accepted" }
  | { readonly kind: "duplicate"; readonly of: RememberedBatch }
  | { readonly kind: "refused"; readonly errorCode: number; readonly message: string }

/** Who wrote what last, and whose transactions are open (Kafka: `ProducerStateManager`, `ProducerAppendInfo`). */
export class ProducerState {
  readonly #entries = new Map<number, ProducerEntry>()
  /** First offset → producer; offsets only rise, so the first key is the oldest transaction. */
  readonly #ongoing = new Map<number, number>()
  /** Ended, but the marker may not be below the high watermark yet. */
  #unreplicated: CompletedTransaction[] = []
  readonly #verifications = new Verifications()

  entries(): IterableIterator<ProducerEntry> {
    return this.#entries.values()
  }

  get hasEntries(): boolean {
    return this.#entries.size > 0
  }

  entry(producerId: number): ProducerEntry | undefined {
    return this.#entries.get(producerId)
  }

  /**
   * Whether a leader may append the batch (its offsets need not be set yet). `pending` are batches of the same append
   * that stand before it. Sequence gaps → 45, an old epoch → 47, a zombie coordinator → 52.
   */
  judge(bytes: Buffer, at: number, origin: AppendOrigin, pending?: ProducerEntry): ProducerVerdict {
    const producerId = batch.producerId(bytes, at)
    const entry = pending ?? this.#entries.get(producerId) ?? emptyEntry(producerId)
    const epoch = batch.producerEpoch(bytes, at)
    if (origin === "client") {
      const duplicate = findDuplicate(entry, bytes, at)
      if (duplicate) return { kind: "duplicate", of: duplicate }
    }
    if (epoch < entry.producerEpoch) {
      const message = `Epoch ${epoch} of producer ${producerId} is older than its epoch ${entry.producerEpoch}.`
      return { kind: "refused", errorCode: ErrorCode.InvalidProducerEpoch, message }
    }
    if (batch.isControl(bytes, at)) return judgeMarker(entry, bytes, at)
    if (origin === "client" && !isInSequence(entry, epoch, batch.baseSequence(bytes, at))) {
      const expected = addToSequence(lastSequence(entry), 1)
      const message = `Sequence ${batch.baseSequence(bytes, at)} of producer ${producerId} came where ${expected} was due.`
      return { kind: "refused", errorCode: ErrorCode.OutOfOrderSequenceNumber, message }
    }
    if (entry.transactionFirstOffset !== NO_OFFSET && !batch.isTransactional(bytes, at)) {
      const message = `Producer ${producerId} has a transaction open: it must write within it.`
      return { kind: "refused", errorCode: ErrorCode.InvalidTxnState, message }
    }
    return { kind: "accepted" }
  }

  /**
   * Before the first batch of a transaction: what its append brings back once the coordinator knows of the transaction.
   * Undefined where the transaction is open in this log already.
   */
  beginVerification(producer: VerifiedProducer, nowMs: number): Verification | undefined {
    const isOngoing = this.#hasOngoingTransaction(producer.producerId, producer.producerEpoch)
    return isOngoing ? undefined : this.#verifications.begin(producer, nowMs)
  }

  /** Judges every batch of an append against the state that those before it will leave. */
  judgeAll(bytes: Buffer, origin: AppendOrigin, verification?: Verification): ProducerVerdict {
    const pending = new Map<number, ProducerEntry>()
    for (let at = 0; at < bytes.length; at += batch.batchSize(bytes, at)) {
      const producerId = batch.producerId(bytes, at)
      if (producerId < 0) continue
      const judged = this.judge(bytes, at, origin, pending.get(producerId))
      const verdict = verification ? this.#verified(judged, bytes, at, verification) : judged
      const isLast = at + batch.batchSize(bytes, at) === bytes.length
      if (verdict.kind !== "accepted" || isLast) return verdict
      if (batch.isControl(bytes, at)) continue
      const entry = pending.get(producerId) ?? this.#entries.get(producerId) ?? emptyEntry(producerId)
      pending.set(producerId, afterData(entry, bytes, at))
    }
    return { kind: "accepted" }
  }

  /** A duplicate is acknowledged in any case; all else needs the word of the coordinator, as long as it holds. */
  #verified(judged: ProducerVerdict, bytes: Buffer, at: number, verification: Verification): ProducerVerdict {
    const producerId = batch.producerId(bytes, at)
    const isOngoing = this.#hasOngoingTransaction(producerId, batch.producerEpoch(bytes, at))
    if (judged.kind === "duplicate" || isOngoing) return judged
    if (!this.#verifications.isOpen(verification)) {
      const message = `The transaction of producer ${producerId} ended while its coordinator was asked about it.`
      return { kind: "refused", errorCode: ErrorCode.InvalidTxnState, message }
    }
    const isKnown = (this.#entries.get(producerId)?.batches.length ?? 0) > 0
    const lowest = verification.hasEpochPerTransaction && !isKnown ? 0 : verification.lowestSequence
    if (judged.kind === "refused" || batch.baseSequence(bytes, at) <= lowest) return judged
    const message = `Sequence ${batch.baseSequence(bytes, at)} of producer ${producerId} came before ${lowest}.`
    return { kind: "refused", errorCode: ErrorCode.OutOfOrderSequenceNumber, message }
  }

  #hasOngoingTransaction(producerId: number, producerEpoch: number): boolean {
    const entry = this.#entries.get(producerId)
    return entry !== undefined && entry.producerEpoch === producerEpoch && entry.transactionFirstOffset !== NO_OFFSET
  }

  /** Takes a batch in that has its offsets and is (or is about to be) in the log. */
  apply(bytes: Buffer, at: number): CompletedTransaction | undefined {
    const producerId = batch.producerId(bytes, at)
    if (producerId < 0) return undefined
    // The transaction has begun now, or is over: nobody's question is of use any more.
    if (batch.isTransactional(bytes, at)) this.#verifications.end(producerId)
    const entry = this.#entries.get(producerId) ?? emptyEntry(producerId)
    if (batch.isControl(bytes, at)) return this.#applyMarker(entry, bytes, at)
    const updated = afterData(entry, bytes, at)
    this.#entries.set(producerId, updated)
    if (entry.transactionFirstOffset === NO_OFFSET && updated.transactionFirstOffset !== NO_OFFSET) {
      this.#ongoing.set(updated.transactionFirstOffset, producerId)
    }
    return undefined
  }

  /** Remembers a batch that stands before the last one of its producer, as a snapshot does not; called in their order. */
  recall(bytes: Buffer, at: number): void {
    const entry = this.#entries.get(batch.producerId(bytes, at))
    const last = entry?.batches.at(-1)
    if (!entry || !last || batch.isControl(bytes, at)) return
    if (batch.producerEpoch(bytes, at) !== entry.producerEpoch) return
    if (batch.lastOffset(bytes, at) >= last.firstOffset) return
    const batches = [...entry.batches.slice(0, -1), remembered(bytes, at), last].slice(-REMEMBERED_BATCHES)
    this.#entries.set(entry.producerId, { ...entry, batches })
  }

  #applyMarker(entry: ProducerEntry, bytes: Buffer, at: number): CompletedTransaction | undefined {
    const marker = batch.endTransactionMarker(bytes, at)
    // The cleaner empties a marker's batch once the whole transaction has gone.
    if (!marker) return undefined
    const epoch = batch.producerEpoch(bytes, at)
    this.#entries.set(entry.producerId, {
      producerId: entry.producerId,
      producerEpoch: epoch,
      batches: epoch === entry.producerEpoch ? entry.batches : [],
      coordinatorEpoch: marker.coordinatorEpoch,
      lastTimestamp: batch.maxTimestamp(bytes, at),
      transactionFirstOffset: NO_OFFSET,
    })
    const firstOffset = entry.transactionFirstOffset
    if (firstOffset === NO_OFFSET) return undefined
    this.#ongoing.delete(firstOffset)
    const lastOffset = batch.lastOffset(bytes, at)
    const completed = { producerId: entry.producerId, firstOffset, lastOffset, aborted: marker.type === "abort" }
    this.#unreplicated.push(completed)
    return completed
  }

  /** Where the last stable offset stands once a transaction has ended and nothing else waits for replication. */
  lastStableAfter(completed: CompletedTransaction): number {
    for (const firstOffset of this.#ongoing.keys()) return firstOffset
    return completed.lastOffset + 1
  }

  /** Transactions whose marker is below the high watermark no longer hold the last stable offset back. */
  firstUnstableOffset(highWatermark: number): number | undefined {
    this.#unreplicated = this.#unreplicated.filter((completed) => completed.lastOffset >= highWatermark)
    let first: number | undefined
    for (const firstOffset of this.#ongoing.keys()) {
      first = firstOffset
      break
    }
    for (const { firstOffset } of this.#unreplicated) {
      if (first === undefined || firstOffset < first) first = firstOffset
    }
    return first
  }

  /** Forgets producers that have been silent for so long and have no open transaction. */
  expire(nowMs: number, expirationMs: number): void {
    for (const entry of this.#entries.values()) {
      if (isExpired(entry, nowMs, expirationMs)) this.#entries.delete(entry.producerId)
    }
    this.#verifications.expire(nowMs, expirationMs)
  }

  clear(): void {
    this.#verifications.clear()
    this.#entries.clear()
    this.#ongoing.clear()
    this.#unreplicated = []
  }

  snapshot(): Buffer {
    return encodeProducerSnapshot([...this.#entries.values()])
  }

  /** Replaces everything by a snapshot; false when it is damaged. */
  load(bytes: Buffer, nowMs: number, expirationMs: number): boolean {
    const entries = decodeProducerSnapshot(bytes)
    if (!entries) return false
    this.clear()
    const open: ProducerEntry[] = []
    for (const entry of entries) {
      if (isExpired(entry, nowMs, expirationMs)) continue
      this.#entries.set(entry.producerId, entry)
      if (entry.transactionFirstOffset !== NO_OFFSET) open.push(entry)
    }
    open.sort((left, right) => left.transactionFirstOffset - right.transactionFirstOffset)
    for (const entry of open) this.#ongoing.set(entry.transactionFirstOffset, entry.producerId)
    return true
  }
}

/** The entry as it is once a batch of data has been appended. */
export function afterData(entry: ProducerEntry, bytes: Buffer, at: number): ProducerEntry {
  const epoch = batch.producerEpoch(bytes, at)
  const appended = remembered(bytes, at)
  const earlier = epoch === entry.producerEpoch ? entry.batches.slice(1 - REMEMBERED_BATCHES) : []
  const begins = entry.transactionFirstOffset === NO_OFFSET && batch.isTransactional(bytes, at)
  return {
    producerId: entry.producerId,
    producerEpoch: epoch,
    batches: [...earlier, appended],
    coordinatorEpoch: entry.coordinatorEpoch,
    lastTimestamp: appended.timestamp,
    transactionFirstOffset: begins ? appended.firstOffset : entry.transactionFirstOffset,
  }
}

function remembered(bytes: Buffer, at: number): RememberedBatch {
  const firstSequence = batch.baseSequence(bytes, at)
  const firstOffset = batch.baseOffset(bytes, at)
  const lastOffset = batch.lastOffset(bytes, at)
  const lastSequence =
    firstSequence === NO_SEQUENCE ? NO_SEQUENCE : addToSequence(firstSequence, lastOffset - firstOffset)
  return { firstSequence, lastSequence, firstOffset, lastOffset, timestamp: batch.maxTimestamp(bytes, at) }
}

function findDuplicate(entry: ProducerEntry, bytes: Buffer, at: number): RememberedBatch | undefined {
  if (batch.producerEpoch(bytes, at) !== entry.producerEpoch) return undefined
  const first = batch.baseSequence(bytes, at)
  const last = addToSequence(first, batch.lastOffsetDelta(bytes, at))
  return entry.batches.find((known) => known.firstSequence === first && known.lastSequence === last)
}

/** A producer that the log has forgotten (retention, DeleteRecords, expiry) may go on with any sequence (KIP-360). */
function isInSequence(entry: ProducerEntry, epoch: number, sequence: number): boolean {
  if (entry.producerEpoch === NO_EPOCH) return true
  if (epoch !== entry.producerEpoch) return sequence === 0
  return follows(lastSequence(entry), sequence)
}

function judgeMarker(entry: ProducerEntry, bytes: Buffer, at: number): ProducerVerdict {
  const marker = batch.endTransactionMarker(bytes, at)
  if (marker && marker.coordinatorEpoch < entry.coordinatorEpoch) {
    const message = `Coordinator epoch ${marker.coordinatorEpoch} is older than ${entry.coordinatorEpoch}.`
    return { kind: "refused", errorCode: ErrorCode.TransactionCoordinatorFenced, message }
  }
  return { kind: "accepted" }
}

function isExpired(entry: ProducerEntry, nowMs: number, expirationMs: number): boolean {
  return entry.transactionFirstOffset === NO_OFFSET && nowMs - entry.lastTimestamp >= expirationMs
}
