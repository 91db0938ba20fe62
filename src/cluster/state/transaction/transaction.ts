import {
  encodeCoordinatorKey,
  encodeCoordinatorValue,
  transactionRecords,
} from "../../../protocol/record/coordinatorRecords"
import type { TransactionLogValue } from "../../../protocol/record/transactionLog"
import type { StoredRecord } from "../coordinatorLog"

export const NO_PRODUCER_ID = -1
export const NO_PRODUCER_EPOCH = -1
/** Kafka never gives the last epoch to a client, so that it can always be fenced by one more. */
export const LAST_PRODUCER_EPOCH = 32_766

/** In the order of the codes that the log holds (Kafka: TransactionState). */
export const transactionStatuses = [
  "Empty",
  "Ongoing",
  "PrepareCommit",
  "PrepareAbort",
  "CompleteCommit",
  "CompleteAbort",
  "Dead",
  "PrepareEpochFence",
] as const
export type TransactionStatus = (typeof transactionStatuses)[number]

/** Partition indexes by topic. */
export type TransactionPartitions = ReadonlyMap<string, readonly number[]>

/**
 * What is known of one transactional id; replaced, never changed. Kafka: TransactionMetadata.
 * From transaction version 2 on, each transaction has an epoch of its own (KIP-890).
 */
export interface Transaction {
  readonly transactionalId: string
  readonly producerId: number
  /** The id before an exhausted epoch brought a new one, so that a retry of the last request is known. */
  readonly previousProducerId: number
  /** The id that the next transaction begins with, once this one has ended. */
  readonly nextProducerId: number
  readonly producerEpoch: number
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly status: TransactionStatus
  readonly partitions: TransactionPartitions
  /** -1: no transaction has begun. */
  readonly startMs: number
  readonly lastUpdateMs: number
  /** What the client that ended the last transaction speaks: 2 bumps the epoch with each. */
  readonly clientVersion: number
}

export const noPartitions: TransactionPartitions = new Map()

export function newTransaction(transactionalId: string, producerId: number, timeoutMs: number): Transaction {
  return {
    transactionalId,
    producerId,
    previousProducerId: NO_PRODUCER_ID,
    nextProducerId: NO_PRODUCER_ID,
    producerEpoch: NO_PRODUCER_EPOCH,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    timeoutMs,
    status: "Empty",
    partitions: noPartitions,
    startMs: -1,
    lastUpdateMs: -1,
    clientVersion: 0,
  }
}

/** From this version of its protocol a client lets each transaction have its own epoch. */
export const EPOCH_PER_TRANSACTION = 2

export function isEpochExhausted(epoch: number): boolean {
  return epoch >= LAST_PRODUCER_EPOCH
}

export function hasPartition({ partitions }: Transaction, topic: string, partition: number): boolean {
  return partitions.get(topic)?.includes(partition) ?? false
}

export function addTo(before: TransactionPartitions, added: TransactionPartitions): TransactionPartitions {
  const all = new Map(before)
  for (const [topic, indexes] of added) {
    all.set(
      topic,
      [...new Set([...(before.get(topic) ?? []), ...indexes])].sort((a, b) => a - b),
    )
  }
  return all
}

export function transactionRecord(transaction: Transaction): StoredRecord {
  const { key, value } = transactionRecords.transactionLog
  const { partitions } = transaction
  return {
    key: encodeCoordinatorKey(key, { transactionalId: transaction.transactionalId }),
    value: encodeCoordinatorValue(value, {
      producerId: transaction.producerId,
      producerEpoch: transaction.producerEpoch,
      transactionTimeoutMs: transaction.timeoutMs,
      transactionStatus: transactionStatuses.indexOf(transaction.status),
      // Kafka: an id without a transaction has no list at all.
      transactionPartitions:
        transaction.status === "Empty"
          ? null
          : [...partitions].map(([topic, partitionIds]) => ({ topic, partitionIds })),
      transactionLastUpdateTimestampMs: transaction.lastUpdateMs,
      transactionStartTimestampMs: transaction.startMs,
      previousProducerId: transaction.previousProducerId,
      nextProducerId: transaction.nextProducerId,
      clientTransactionVersion: transaction.clientVersion,
    }),
  }
}

export function transactionTombstone(transactionalId: string): StoredRecord {
  return { key: encodeCoordinatorKey(transactionRecords.transactionLog.key, { transactionalId }), value: null }
}

/** The last epoch is not in the log: after a failover a lost answer costs its client a new epoch, no more. */
export function transactionFrom(transactionalId: string, value: TransactionLogValue): Transaction {
  return {
    transactionalId,
    producerId: value.producerId,
    previousProducerId: value.previousProducerId,
    nextProducerId: value.nextProducerId,
    producerEpoch: value.producerEpoch,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    timeoutMs: value.transactionTimeoutMs,
    status: transactionStatuses[value.transactionStatus] ?? "Dead",
    partitions: new Map((value.transactionPartitions ?? []).map(({ topic, partitionIds }) => [topic, partitionIds])),
    startMs: value.transactionStartTimestampMs,
    lastUpdateMs: value.transactionLastUpdateTimestampMs,
    clientVersion: value.clientTransactionVersion,
  }
}
