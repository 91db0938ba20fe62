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
import type { NodeConfig } from "../nodeConfig"
import type { ProducerClaim } from "./addPartitions"

/** Kafka: add.partitions.to.txn.retry.backoff.ms and …max.ms. */
const RETRY_BACKOFF_MS = 20
const RETRY_LIMIT_MS = 100
const VERSION = 5

/**
 * What a client leaves to the broker: to add the partition, or to make sure that it was added. One that is too old to
 * know TRANSACTION_ABORTABLE hears INVALID_TXN_STATE instead. Kafka: TransactionSupportedOperation.
 */
export type Admission = "add" | "verify" | "verify for an old client"

export interface TransactionGateOptions {
  readonly brokerId: number
  readonly clock: Clock
  readonly config: NodeConfig
  readonly links: Links
  readonly metadata: MetadataImage
}

export class TransactionGate {
  constructor(private readonly options: TransactionGateOptions) {}

  /** None when the partition is in the producer's open transaction. Clients of transaction version 2 have it put there. */
  async admit(claim: ProducerClaim, topic: string, partition: number, admission: Admission): Promise<ErrorCode> {
    const { clock, config } = this.options
    const adds = admission === "add"
    if (!adds && !config.boolean("transaction.partition.verification.enable")) return ErrorCode.None
    const startMs = clock.now()
    for (;;) {
      const errorCode = await this.ask(claim, topic, partition, !adds)
      const mayRetry = adds && errorCode === ErrorCode.ConcurrentTransactions
      if (!mayRetry || clock.now() - startMs >= RETRY_LIMIT_MS) return asClientsKnow(errorCode, admission)
      await wait(clock, RETRY_BACKOFF_MS)
    }
  }

  private async ask(claim: ProducerClaim, name: string, partition: number, verifyOnly: boolean): Promise<ErrorCode> {
    const { brokerId, links, metadata } = this.options
    const coordinators = metadata.topic("__transaction_state")?.partitions ?? []
    if (coordinators.length === 0) return ErrorCode.CoordinatorNotAvailable
    const leader = coordinators[coordinatorPartition(claim.transactionalId, coordinators.length)]?.leader ?? -1
    if (leader === -1) return ErrorCode.CoordinatorNotAvailable
    const transaction = { ...claim, verifyOnly, topics: [{ name, partitions: [partition] }] }
    const response = await links.send(brokerId, leader, addPartitionsToTxn, VERSION, { transactions: [transaction] })
    if (!response) return ErrorCode.NetworkException
    const result = response.resultsByTransaction[0]?.topicResults[0]?.resultsByPartition[0]?.partitionErrorCode
    return (response.errorCode || (result ?? ErrorCode.UnknownServerError)) as ErrorCode
  }
}

/** Kafka: AddPartitionsToTxnManager. */
function asClientsKnow(errorCode: ErrorCode, admission: Admission): ErrorCode {
  // Producers know by INVALID_PRODUCER_EPOCH that they are fenced.
  if (errorCode === ErrorCode.ProducerFenced) return ErrorCode.InvalidProducerEpoch
  const isTooNew = errorCode === ErrorCode.TransactionAbortable && admission === "verify for an old client"
  return isTooNew ? ErrorCode.InvalidTxnState : errorCode
}
