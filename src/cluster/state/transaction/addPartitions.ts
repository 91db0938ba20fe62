/** AddPartitionsToTxn and AddOffsetsToTxn. Kafka: TransactionCoordinator.handleAddPartitionsToTransaction. */
import { ErrorCode } from "../../../protocol/errorCodes"
import { addTo, hasPartition, type TransactionPartitions } from "./transaction"
import type { TransactionEntry, TransactionState } from "./transactionState"

export interface ProducerClaim {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
}

/** Writes down that a transaction reaches to these partitions; begins it if it is the first time. */
export function addPartitions(
  state: TransactionState,
  claim: ProducerClaim,
  partitions: TransactionPartitions,
  reply: (errorCode: ErrorCode) => void,
): void {
  const entry = findProducer(state, claim)
  if (typeof entry === "number") return void reply(entry)
  if (entry.pending !== undefined) return void reply(ErrorCode.ConcurrentTransactions)
  const { current } = entry
  switch (current.status) {
    case "PrepareCommit":
    case "PrepareAbort":
      return void reply(ErrorCode.ConcurrentTransactions)
    case "Dead":
    case "PrepareEpochFence":
      return void reply(ErrorCode.InvalidTxnState)
    case "Empty":
    case "Ongoing":
    case "CompleteCommit":
    case "CompleteAbort":
  }
  const isOngoing = current.status === "Ongoing"
  const isKnown = [...partitions].every(([topic, indexes]) =>
    indexes.every((index) => hasPartition(current, topic, index)),
  )
  if (isOngoing && isKnown) return void reply(ErrorCode.None)
  const nowMs = state.clock.now()
  const next = {
    ...current,
    status: "Ongoing" as const,
    partitions: addTo(current.partitions, partitions),
    startMs: isOngoing ? current.startMs : nowMs,
    lastUpdateMs: nowMs,
  }
  state.write(entry, next, reply)
}

/**
 * Whether a partition is in the open transaction: a leader asks before it takes the first batch of a transaction, so
 * that no late batch is left hanging (KIP-890). A write on its way is of no concern: the leader looks again when it
 * appends. Kafka: TransactionCoordinator.handleVerifyPartitionsInTransaction.
 */
export function verifyPartition(
  state: TransactionState,
  claim: ProducerClaim,
  topic: string,
  partition: number,
  refusal: ErrorCode,
): ErrorCode {
  const entry = findProducer(state, claim)
  if (typeof entry === "number") return entry
  const { current } = entry
  if (current.status === "PrepareCommit" || current.status === "PrepareAbort") return ErrorCode.ConcurrentTransactions
  return hasPartition(current, topic, partition) ? ErrorCode.None : refusal
}

function findProducer(state: TransactionState, claim: ProducerClaim): TransactionEntry | ErrorCode {
  const entry = state.entries.get(claim.transactionalId)
  if (!entry || entry.current.producerId !== claim.producerId) return ErrorCode.InvalidProducerIdMapping
  return entry.current.producerEpoch === claim.producerEpoch ? entry : ErrorCode.ProducerFenced
}
