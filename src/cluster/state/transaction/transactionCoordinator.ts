import type { TransactionSnapshot } from "../../../contract/snapshot"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { Clock } from "../../clock"
import type { Links } from "../../links"
import { coordinatorPartition } from "../coordinatorTopic"
import type { MetadataImage } from "../metadata/metadataImage"
import type { NodeConfig } from "../nodeConfig"
import { partitionCoordinatorLog } from "../partitionCoordinatorLog"
import type { ProducerIds } from "../producerIds"
import type { Partition } from "../replica/partition"
import type { PartitionOwner, ReplicaManager } from "../replica/replicaManager"
import type { NewMarkerSender } from "./markerSender"
import type { Transaction, TransactionPartitions } from "./transaction"
import { type TransactionConfig, transactionConfigFrom } from "./transactionConfig"
import { TransactionGate } from "./transactionGate"
import type { TransactionShard, TransactionShardOptions } from "./transactionShard"
import type { MarkerWriter, TransactionEntry } from "./transactionState"

export const TRANSACTIONS_TOPIC = "__transaction_state"

export interface TransactionCoordinatorOptions {
  readonly brokerId: number
  readonly clock: Clock
  readonly config: NodeConfig
  readonly links: Links
  readonly metadata: MetadataImage
  readonly producerIds: ProducerIds
  readonly replicas: ReplicaManager
  readonly newMarkerSender: NewMarkerSender
  readonly newTransactionShard: (options: TransactionShardOptions) => TransactionShard
}

/** The coordinator for those partitions of `__transaction_state` that this broker leads. */
export class TransactionCoordinator implements PartitionOwner {
  readonly config: TransactionConfig
  /** For leaders of other topics: may this batch of a transaction come in? */
  readonly gate: TransactionGate
  private readonly clock: Clock
  private readonly partitionCount: number
  private readonly producerIds: ProducerIds
  private readonly markers: MarkerWriter
  private readonly newTransactionShard: TransactionCoordinatorOptions["newTransactionShard"]
  private readonly shards = new Map<number, TransactionShard>()

  /** Registers with `replicas` as the owner of the topic. */
  constructor(options: TransactionCoordinatorOptions) {
    this.clock = options.clock
    this.producerIds = options.producerIds
    this.config = transactionConfigFrom((name) => options.config.value(name))
    this.partitionCount = options.config.number("transaction.state.log.num.partitions")
    this.newTransactionShard = options.newTransactionShard
    this.markers = options.newMarkerSender(options.brokerId, options.links, options.metadata)
    this.gate = new TransactionGate(options)
    options.replicas.own(TRANSACTIONS_TOPIC, this)
  }

  /** The partition of `__transaction_state` that keeps an id. */
  partitionFor(transactionalId: string): number {
    return coordinatorPartition(transactionalId, this.partitionCount)
  }

  /** NotCoordinator when another broker leads the id's partition. */
  shardOf(transactionalId: string): TransactionShard | ErrorCode {
    return this.shards.get(this.partitionFor(transactionalId)) ?? ErrorCode.NotCoordinator
  }

  /** All ids of this broker that a producer has initialised. */
  *transactions(): Generator<Transaction> {
    for (const { current } of this.#entries()) yield current
  }

  /** Grows with every change that `view` could show. */
  get revision(): number {
    let revision = 0
    for (const shard of this.shards.values()) revision += shard.revision
    return revision
  }

  /** The transactions that this broker coordinates, for the snapshot. */
  view(): Record<string, TransactionSnapshot> {
    const view: Record<string, TransactionSnapshot> = {}
    for (const { current, marked } of this.#entries()) {
      const hasEnded = current.status === "CompleteCommit" || current.status === "CompleteAbort"
      view[current.transactionalId] = {
        state: current.status,
        producerId: current.producerId,
        epoch: current.producerEpoch,
        partitions: namesOf(current.partitions),
        ...(hasEnded && marked && { marked: namesOf(marked) }),
        startedMs: current.startMs,
      }
    }
    return view
  }

  onElected(partition: Partition, leaderEpoch: number): void {
    this.onResigned(partition.index)
    const shard = this.newTransactionShard({
      log: partitionCoordinatorLog(partition),
      coordinatorEpoch: leaderEpoch,
      clock: this.clock,
      config: this.config,
      nextProducerId: () => this.producerIds.next(),
      markers: this.markers,
    })
    this.shards.set(partition.index, shard)
    shard.load()
  }

  onResigned(index: number): void {
    this.shards.get(index)?.close()
    this.shards.delete(index)
  }

  /** Ends all timers, when the broker stops. */
  close(): void {
    for (const index of [...this.shards.keys()]) this.onResigned(index)
  }

  *#entries(): Generator<TransactionEntry> {
    for (const shard of this.shards.values()) {
      for (const entry of shard.entries.values()) if (entry.current.producerEpoch >= 0) yield entry
    }
  }
}

/** As "topic-partition". */
function namesOf(partitions: TransactionPartitions): string[] {
  return [...partitions].flatMap(([topic, indexes]) => indexes.map((index) => `${topic}-${index}`))
}
