import { ErrorCode } from "../../../protocol/errorCodes"
import { decodeTransactionRecord } from "../../../protocol/record/coordinatorRecords"
import { batchesOf, decodeRecords } from "../../../protocol/recordBatch"
import type { Clock, Timer } from "../../clock"
import { type CoordinatorLog, coordinatorError } from "../coordinatorLog"
import { completeTransaction, expireTransactionalIds } from "./completeTransaction"
import { abortTimedOut } from "./endTransaction"
import { type Transaction, transactionFrom, transactionRecord, transactionTombstone } from "./transaction"
import type { TransactionConfig } from "./transactionConfig"
import type { MarkerWriter, NextProducerId, TransactionEntry, TransactionState } from "./transactionState"

export interface TransactionShardOptions {
  readonly log: CoordinatorLog
  /** The leader epoch of the partition: a marker of an older coordinator is refused by it. */
  readonly coordinatorEpoch: number
  readonly clock: Clock
  readonly config: TransactionConfig
  readonly nextProducerId: NextProducerId
  readonly markers: MarkerWriter
}

type Done = (errorCode: ErrorCode) => void

/** The transactional ids of one partition of `__transaction_state`, on the broker that leads it. */
export class TransactionShard implements TransactionState {
  readonly coordinatorEpoch: number
  readonly clock: Clock
  readonly config: TransactionConfig
  readonly nextProducerId: NextProducerId
  readonly markers: MarkerWriter
  readonly entries = new Map<string, TransactionEntry>()
  isClosed = false
  /** Grows with every change that a snapshot could show. */
  revision = 0
  private readonly log: CoordinatorLog
  private readonly timers = new Set<Timer>()
  private readonly waiting = new Set<Done>()

  constructor(options: TransactionShardOptions) {
    this.log = options.log
    this.coordinatorEpoch = options.coordinatorEpoch
    this.clock = options.clock
    this.config = options.config
    this.nextProducerId = options.nextProducerId
    this.markers = options.markers
  }

  /** Rebuilds the state from the whole log, and goes on with what was to be completed. */
  load(): void {
    for (const chunk of this.log.chunks()) for (const batch of batchesOf(chunk)) this.replay(batch)
    for (const entry of this.entries.values()) {
      const { status } = entry.current
      if (status === "PrepareCommit" || status === "PrepareAbort") completeTransaction(this, entry)
    }
    this.every(this.config.abortTimedOutIntervalMs, () => abortTimedOut(this))
    this.every(this.config.removeExpiredIntervalMs, () => expireTransactionalIds(this))
  }

  write(entry: TransactionEntry, next: Transaction, done: Done, begin: () => void = () => {}): void {
    entry.pending = next.status
    this.entries.set(next.transactionalId, entry)
    const appended = this.log.append([transactionRecord(next)], this.clock.now())
    const answer = appended.appended ? this.answerOnce(done) : done
    void appended.committed.then((errorCode) => {
      if (this.isClosed) return
      entry.pending = undefined
      // What was appended counts, whatever became of the wait for its replicas.
      if (appended.appended) {
        entry.current = next
        this.revision += 1
        begin()
      }
      answer(coordinatorError(errorCode))
    })
  }

  remove(entry: TransactionEntry): void {
    const { transactionalId } = entry.current
    entry.pending = "Dead"
    const { appended, committed } = this.log.append([transactionTombstone(transactionalId)], this.clock.now())
    void committed.then(() => {
      entry.pending = undefined
      if (!appended || this.isClosed) return
      this.entries.delete(transactionalId)
      this.revision += 1
    })
  }

  after(delayMs: number, action: () => void): void {
    const timer = this.clock.setTimer(delayMs, () => {
      this.timers.delete(timer)
      action()
    })
    this.timers.add(timer)
  }

  /** Ends all timers and sends everybody who waits to another coordinator. */
  close(): void {
    this.isClosed = true
    for (const timer of this.timers) timer.cancel()
    for (const answer of [...this.waiting]) answer(ErrorCode.NotCoordinator)
  }

  private replay(batch: Buffer): void {
    for (const { key, value } of decodeRecords(batch)) {
      const record = key && decodeTransactionRecord(key, value)
      if (!record) continue
      const { transactionalId } = record.key
      if (record.value === null) this.entries.delete(transactionalId)
      else this.entries.set(transactionalId, { current: transactionFrom(transactionalId, record.value) })
    }
  }

  private every(intervalMs: number, action: () => void): void {
    this.after(intervalMs, () => {
      action()
      this.every(intervalMs, action)
    })
  }

  private answerOnce(done: Done): Done {
    const timer = this.clock.setTimer(this.config.writeTimeoutMs, () => answer(ErrorCode.CoordinatorNotAvailable))
    const answer: Done = (errorCode) => {
      if (!this.waiting.delete(answer)) return
      timer.cancel()
      done(errorCode)
    }
    this.waiting.add(answer)
    return answer
  }
}
