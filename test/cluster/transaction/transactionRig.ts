import { addPartitions } from "../../../src/cluster/state/transaction/addPartitions"
import { type EndAnswer, endTransaction } from "../../../src/cluster/state/transaction/endTransaction"
import { type InitAnswer, initProducerId } from "../../../src/cluster/state/transaction/initProducerId"
import type { Transaction, TransactionPartitions } from "../../../src/cluster/state/transaction/transaction"
import {
  defaultTransactionConfig,
  type TransactionConfig,
} from "../../../src/cluster/state/transaction/transactionConfig"
import { TransactionShard } from "../../../src/cluster/state/transaction/transactionShard"
import type { MarkerWriter, TransactionMarker } from "../../../src/cluster/state/transaction/transactionState"
import type { ErrorCode } from "../../../src/protocol/errorCodes"
import { ManualClock, MemoryLog, type Parked, park } from "../group/coordinatorRig"

export const ID = "payments"

/** Leaders of partitions that take markers, or are away. */
export class FakeLeaders implements MarkerWriter {
  readonly markers: { marker: TransactionMarker; partitions: TransactionPartitions }[] = []
  isAway = false

  async write(marker: TransactionMarker, partitions: TransactionPartitions): Promise<TransactionPartitions> {
    if (this.isAway) return partitions
    this.markers.push({ marker, partitions })
    return new Map()
  }
}

/** One shard of the transaction coordinator on a log in memory. */
export class TransactionRig {
  readonly clock = new ManualClock()
  readonly log = new MemoryLog()
  readonly leaders = new FakeLeaders()
  readonly config: TransactionConfig
  shard: TransactionShard
  private producerIds = 1_000
  private coordinatorEpoch = 0

  constructor(config: Partial<TransactionConfig> = {}) {
    this.config = { ...defaultTransactionConfig, ...config }
    this.shard = this.elect()
  }

  private elect(): TransactionShard {
    const shard = new TransactionShard({
      log: this.log,
      coordinatorEpoch: this.coordinatorEpoch++,
      clock: this.clock,
      config: this.config,
      nextProducerId: async () => ({ producerId: this.producerIds++ }),
      markers: this.leaders,
    })
    shard.load()
    return shard
  }

  failOver(): void {
    this.shard.close()
    this.shard = this.elect()
  }

  get transaction(): Transaction {
    const entry = this.shard.entries.get(ID)
    if (!entry) throw new Error("no such transactional id")
    return entry.current
  }

  init(
    overrides: Partial<{ producerId: number; producerEpoch: number; transactionTimeoutMs: number }> = {},
  ): Parked<InitAnswer> {
    const request = {
      transactionalId: ID,
      transactionTimeoutMs: 60_000,
      producerId: -1,
      producerEpoch: -1,
      ...overrides,
    }
    return park((reply) => initProducerId(this.shard, request, reply))
  }

  add(producerId: number, producerEpoch: number, topic = "orders", ...partitions: number[]): Parked<ErrorCode> {
    const claim = { transactionalId: ID, producerId, producerEpoch }
    return park((reply) => addPartitions(this.shard, claim, new Map([[topic, partitions]]), reply))
  }

  end(producerId: number, producerEpoch: number, committed: boolean, clientVersion = 0): Parked<EndAnswer> {
    const request = { transactionalId: ID, producerId, producerEpoch, committed }
    return park((reply) => endTransaction(this.shard, request, clientVersion, reply))
  }
}
