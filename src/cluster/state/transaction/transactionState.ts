import type { ErrorCode } from "../../../protocol/errorCodes"
import type { Clock } from "../../clock"
import type { Transaction, TransactionPartitions, TransactionStatus } from "./transaction"
import type { TransactionConfig } from "./transactionConfig"

/** A transactional id as its coordinator holds it. */
export interface TransactionEntry {
  /** As the log has it, committed. */
  current: Transaction
  /** Where a write on its way leads; while there is one, everything else hears CONCURRENT_TRANSACTIONS. */
  pending?: TransactionStatus | undefined
  /** An epoch bump that fences was made and could not be written: the next one uses the same epoch (KAFKA-8803). */
  fencedEpoch?: number | undefined
  /** True while markers are on their way to the partitions. */
  completing?: boolean
  /** Where the markers of the last transaction stand; its final record names no partition any more. */
  marked?: TransactionPartitions
}

/** A producer id that nobody had before, or why there is none now. */
export type NextProducerId = () => Promise<{ readonly producerId: number } | { readonly errorCode: ErrorCode }>

/** The end of a transaction, as it is told to the leaders of its partitions. */
export interface TransactionMarker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly committed: boolean
  readonly coordinatorEpoch: number
}

export interface MarkerWriter {
  /**
   * Sends a marker to the leaders of partitions. Resolves with those that are still without it and may take it later;
   * partitions that are gone, or that a newer epoch has fenced, need none. Never rejects.
   */
  write(marker: TransactionMarker, partitions: TransactionPartitions): Promise<TransactionPartitions>
}

/** What the rules of transactions may use. */
export interface TransactionState {
  readonly clock: Clock
  readonly config: TransactionConfig
  readonly coordinatorEpoch: number
  readonly nextProducerId: NextProducerId
  readonly markers: MarkerWriter
  readonly isClosed: boolean
  readonly entries: ReadonlyMap<string, TransactionEntry>
  /**
   * Appends at once; what `next` says counts when it is committed. `done` is told of that or of why it waits no longer:
   * a write that is merely slow counts all the same, later. `begin` is called whenever it counts, before `done`.
   */
  write(entry: TransactionEntry, next: Transaction, done: (errorCode: ErrorCode) => void, begin?: () => void): void
  /** Writes a tombstone and forgets the id when that is committed. */
  remove(entry: TransactionEntry): void
  /** Runs an action later, unless the coordinator resigns before. */
  after(delayMs: number, action: () => void): void
}
