/**
 * The second half of a transaction's end: a marker in every partition, then the final record.
 * Kafka: TransactionMarkerChannelManager, TransactionStateManager.
 */
import { EPOCH_PER_TRANSACTION, NO_PRODUCER_ID, noPartitions, type Transaction } from "./transaction"
import type { TransactionEntry, TransactionState } from "./transactionState"

/** Kafka: the request timeout's backoff of the marker channel. */
const RETRY_MS = 100

/** Writes markers until every partition has one, however long leaders are away. Asynchronous: the client has its answer. */
export function completeTransaction(state: TransactionState, entry: TransactionEntry): void {
  if (entry.completing) return
  entry.completing = true
  void writeMarkers(state, entry, entry.current.partitions)
}

async function writeMarkers(
  state: TransactionState,
  entry: TransactionEntry,
  partitions: Transaction["partitions"],
): Promise<void> {
  const { producerId, producerEpoch, status } = entry.current
  const marker = {
    producerId,
    producerEpoch,
    committed: status === "PrepareCommit",
    coordinatorEpoch: state.coordinatorEpoch,
  }
  const left = partitions.size === 0 ? noPartitions : await state.markers.write(marker, partitions)
  if (state.isClosed) return
  if (left.size > 0) state.after(RETRY_MS, () => void writeMarkers(state, entry, left))
  else writeCompletion(state, entry)
}

function writeCompletion(state: TransactionState, entry: TransactionEntry): void {
  const { partitions } = entry.current
  const next = completed(entry.current, state.clock.now())
  const retry = () => {
    // A refused write is tried again; one that is merely slow counts when it is committed.
    const isRefused = entry.current !== next && entry.pending === undefined
    if (isRefused && !state.isClosed) state.after(RETRY_MS, () => writeCompletion(state, entry))
  }
  state.write(entry, next, retry, () => {
    entry.completing = false
    entry.marked = partitions
  })
}

function completed(transaction: Transaction, nowMs: number): Transaction {
  const rotates = transaction.clientVersion >= EPOCH_PER_TRANSACTION && transaction.nextProducerId !== NO_PRODUCER_ID
  return {
    ...transaction,
    status: transaction.status === "PrepareCommit" ? "CompleteCommit" : "CompleteAbort",
    partitions: noPartitions,
    lastUpdateMs: nowMs,
    nextProducerId: NO_PRODUCER_ID,
    ...(rotates
      ? {
          previousProducerId: transaction.producerId,
          producerId: transaction.nextProducerId,
          producerEpoch: 0,
          lastProducerEpoch: transaction.producerEpoch,
        }
      : {}),
  }
}

/** Forgets ids that nobody has used for long (transactional.id.expiration.ms). */
export function expireTransactionalIds(state: TransactionState): void {
  const oldestMs = state.clock.now() - state.config.idExpirationMs
  for (const entry of [...state.entries.values()]) {
    const { status, lastUpdateMs } = entry.current
    const isIdle = status === "Empty" || status === "CompleteCommit" || status === "CompleteAbort"
    if (isIdle && entry.pending === undefined && lastUpdateMs <= oldestMs) state.remove(entry)
  }
}
