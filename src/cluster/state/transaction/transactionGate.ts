/**
 * Asks a transaction's coordinator before a partition takes the first batch of the transaction, so that no batch can be
 * left hanging behind the marker (KIP-890). Kafka: AddPartitionsToTxnManager.
 */
import { addPartitionsToTxn } from "../../../protocol/api/24_addPartitionsToTxn"
import { ErrorCode } from "../../../protocol/errorCodes"
import { type Clock, wait } from "../../clock"
import type { Links } from "../../links"
import { coordinatorPartition } from "../coordinatorTopic"
import type { MetadataImage } from "../metadata/metadataImage"
import type { ProducerClaim } from "./addPartitions"

/** Kafka: add.partitions.to.txn.retry.backoff.ms and …max.ms. */
const RETRY_BACKOFF_MS = 20
const RETRY_LIMIT_MS = 100
/** What a broker asks by; from v5 on refusals are TRANSACTION_ABORTABLE. */
const VERIFY_VERSION = 4
const ADD_VERSION = 5

/** Passing troubles, which every client knows how to wait for under this name. */
const passing: ReadonlySet<number> = new Set([
  ErrorCode.ConcurrentTransactions,
  ErrorCode.NetworkException,
  ErrorCode.CoordinatorLoadInProgress,
  ErrorCode.CoordinatorNotAvailable,
  ErrorCode.NotCoordinator,
])

export interface TransactionGateOptions {
  readonly brokerId: number
  readonly clock: Clock
  readonly links: Links
  readonly metadata: MetadataImage
}

export class TransactionGate {
  constructor(private readonly options: TransactionGateOptions) {}

  /**
   * None when the partition is in the producer's open transaction. With `adds` it is put there: clients of transaction
   * version 2 leave that to the broker.
   */
  async admit(claim: ProducerClaim, topic: string, partition: number, adds: boolean): Promise<ErrorCode> {
    const startMs = this.options.clock.now()
    for (;;) {
      const errorCode = await this.ask(claim, topic, partition, adds)
      const mayRetry = adds && errorCode === ErrorCode.ConcurrentTransactions
      if (!mayRetry || this.options.clock.now() - startMs >= RETRY_LIMIT_MS) {
        // A producer knows that it is fenced by INVALID_PRODUCER_EPOCH (Kafka: AddPartitionsToTxnManager).
        if (errorCode === ErrorCode.ProducerFenced) return ErrorCode.InvalidProducerEpoch
        return passing.has(errorCode) ? ErrorCode.NotEnoughReplicas : errorCode
      }
      await wait(this.options.clock, RETRY_BACKOFF_MS)
    }
  }

  private async ask(claim: ProducerClaim, name: string, partition: number, adds: boolean): Promise<ErrorCode> {
    const { brokerId, links, metadata } = this.options
    const coordinators = metadata.topic("__transaction_state")?.partitions ?? []
    if (coordinators.length === 0) return ErrorCode.CoordinatorNotAvailable
    const leader = coordinators[coordinatorPartition(claim.transactionalId, coordinators.length)]?.leader ?? -1
    if (leader === -1) return ErrorCode.CoordinatorNotAvailable
    const version = adds ? ADD_VERSION : VERIFY_VERSION
    const transaction = { ...claim, verifyOnly: !adds, topics: [{ name, partitions: [partition] }] }
    const response = await links.send(brokerId, leader, addPartitionsToTxn, version, { transactions: [transaction] })
    if (!response) return ErrorCode.NetworkException
    const result = response.resultsByTransaction[0]?.topicResults[0]?.resultsByPartition[0]?.partitionErrorCode
    return (response.errorCode || (result ?? ErrorCode.UnknownServerError)) as ErrorCode
  }
}
