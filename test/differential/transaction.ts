import { initProducerId } from "../../src/protocol/api/22_initProducerId"
import { addPartitionsToTxn } from "../../src/protocol/api/24_addPartitionsToTxn"
import { addOffsetsToTxn } from "../../src/protocol/api/25_addOffsetsToTxn"
import { endTxn } from "../../src/protocol/api/26_endTxn"
import { txnOffsetCommit } from "../../src/protocol/api/28_txnOffsetCommit"
import { describeTransactions } from "../../src/protocol/api/65_describeTransactions"
import { ErrorCode } from "../../src/protocol/errorCodes"
import type { ProduceInput, Stage } from "./stage"

const TIMEOUT_MS = 60_000

/** A transactional producer that does only what it is told to, and repeats nothing but what has to wait. */
export class TransactionalProducer {
  producerId = -1
  producerEpoch = -1
  readonly #sequences = new Map<string, number>()

  constructor(
    private readonly stage: Stage,
    readonly id: string,
  ) {}

  async init(transactionTimeoutMs = TIMEOUT_MS, version = 4) {
    const body = { transactionalId: this.id, transactionTimeoutMs }
    // The coordinator first ends what is open: until then it answers that another is at work.
    const answer = await this.#whenSettled(async () =>
      this.stage.send(initProducerId, version, body, { on: await this.#coordinator() }),
    )
    if (answer.errorCode === ErrorCode.None) {
      this.producerId = answer.producerId
      this.producerEpoch = answer.producerEpoch
      this.#sequences.clear()
    }
    return { errorCode: answer.errorCode, producerEpoch: answer.producerEpoch }
  }

  async add(...topics: readonly string[]) {
    return await this.addPartitions(topics.map((name) => ({ name, partitions: [0] })))
  }

  async addPartitions(v3AndBelowTopics: readonly { name: string; partitions: readonly number[] }[]) {
    const body = {
      v3AndBelowTransactionalId: this.id,
      v3AndBelowProducerId: this.producerId,
      v3AndBelowProducerEpoch: this.producerEpoch,
      v3AndBelowTopics,
    }
    const answer = await this.stage.send(addPartitionsToTxn, 3, body, { on: await this.#coordinator() })
    return answer.resultsByTopicV3AndBelow.map(({ name, resultsByPartition }) => ({
      name,
      errors: resultsByPartition.map(({ partitionErrorCode: errorCode }) => ({ errorCode })),
    }))
  }

  /** With the sequence that comes next; a refused batch takes none. */
  async produce(topic: string, values: readonly string[], input: ProduceInput = {}) {
    const { producerId, producerEpoch } = this
    const baseSequence = this.#sequences.get(topic) ?? 0
    const batch = { producerId, producerEpoch, baseSequence, isTransactional: true, transactionalId: this.id }
    const answer = await this.stage.produce(topic, values, { ...batch, ...input })
    if (answer.errorCode === ErrorCode.None) this.#sequences.set(topic, baseSequence + values.length)
    return answer
  }

  async end(committed: boolean, version = 3) {
    const { id: transactionalId, producerId, producerEpoch } = this
    const body = { transactionalId, producerId, producerEpoch, committed }
    const answer = await this.stage.send(endTxn, version, body, { on: await this.#coordinator() })
    if (version >= 5 && answer.errorCode === ErrorCode.None) {
      this.producerId = answer.producerId
      this.producerEpoch = answer.producerEpoch
      this.#sequences.clear()
    }
    return answer
  }

  async addOffsets(groupId: string) {
    const { id: transactionalId, producerId, producerEpoch } = this
    const body = { transactionalId, producerId, producerEpoch, groupId }
    return await this.stage.send(addOffsetsToTxn, 3, body, { on: await this.#coordinator() })
  }

  async commitOffset(groupId: string, topic: string, committedOffset: number, version = 3) {
    const { id: transactionalId, producerId, producerEpoch } = this
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: "" }]
    const body = { transactionalId, groupId, producerId, producerEpoch, topics: [{ name: topic, partitions }] }
    return await this.stage.send(txnOffsetCommit, version, body, { on: await this.stage.coordinator(groupId) })
  }

  async describe() {
    const body = { transactionalIds: [this.id] }
    const answer = await this.stage.send(describeTransactions, 0, body, { on: await this.#coordinator() })
    return answer.transactionStates[0]
  }

  /** Waits until the coordinator has written every marker. */
  async untilState(state: string): Promise<void> {
    await this.stage.until(`transaction ${state}`, async () => (await this.describe())?.transactionState === state)
  }

  /** Repeats while another transaction of this id is being ended, or the broker has no producer ids at hand. */
  async #whenSettled<T extends { readonly errorCode: number }>(action: () => Promise<T>): Promise<T> {
    return await this.stage.until("the end of the transaction before", async () => {
      const answer = await action()
      const isEarly =
        answer.errorCode === ErrorCode.ConcurrentTransactions ||
        answer.errorCode === ErrorCode.CoordinatorLoadInProgress ||
        answer.errorCode === ErrorCode.NotCoordinator
      return isEarly ? undefined : answer
    })
  }

  async #coordinator(): Promise<number> {
    return await this.stage.coordinator(this.id, 1)
  }
}
