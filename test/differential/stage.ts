import { BrokerConnection, BrokerConnectionError } from "../../src/client/connection"
import { produce } from "../../src/protocol/api/00_produce"
import { fetch } from "../../src/protocol/api/01_fetch"
import { listOffsets } from "../../src/protocol/api/02_listOffsets"
import { metadata } from "../../src/protocol/api/03_metadata"
import { findCoordinator } from "../../src/protocol/api/10_findCoordinator"
import { createTopics } from "../../src/protocol/api/19_createTopics"
import { initProducerId } from "../../src/protocol/api/22_initProducerId"
import { describeTopicPartitions } from "../../src/protocol/api/75_describeTopicPartitions"
import { ErrorCode, errorName } from "../../src/protocol/errorCodes"
import {
  type BatchInput,
  batchesOf,
  encodeBatch,
  isControl,
  lastOffset,
  type RecordInput,
  recordCount,
} from "../../src/protocol/recordBatch"
import type { Api, RequestInput, ResponseOf } from "../../src/protocol/schema"
import { type Json, Normaliser } from "./normalise"
import { nodes, type Side } from "./side"

const REQUEST_LIMIT_MS = 40_000
const WAIT_LIMIT_MS = 60_000
const POLL_EVERY_MS = 100

/** ListOffsets: the first offset that the log holds. */
const EARLIEST = -2
const LATEST = -1

export interface AskOptions {
  /** Default: the first node that is up. */
  readonly on?: number | undefined
  readonly timeoutMs?: number | undefined
}

export interface TopicInput {
  readonly partitions?: number
  /** Of each partition, the preferred leader first. Default: on nodes 1, 2 and 3. */
  readonly replicas?: readonly (readonly number[])[]
  readonly configs?: Readonly<Record<string, string>>
}

export interface ProduceInput extends Omit<BatchInput, "records"> {
  readonly partition?: number
  readonly acks?: number
  readonly transactionalId?: string
  readonly version?: number
  readonly on?: number
  readonly timeoutMs?: number
}

export interface FetchInput extends AskOptions {
  readonly partition?: number
  readonly from?: number
  readonly committed?: boolean
}

/** A scenario's hands: requests to any node, faults, and the answers that it keeps. */
export class Stage {
  readonly answers: Record<string, Json> = {}
  /** What topics, groups and transactional ids of the scenario are named after. */
  readonly id: string
  readonly #normaliser = new Normaliser()
  readonly #down = new Set<number>()

  constructor(
    readonly side: Side,
    name: string,
  ) {
    this.id = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")
  }

  /** Sends a request and keeps its normalised answer. */
  async ask<A extends Api>(
    label: string,
    api: A,
    version: number,
    body: RequestInput<A>,
    options: AskOptions = {},
  ): Promise<ResponseOf<A>> {
    const answer = await this.send(api, version, body, options)
    this.note(label, answer)
    return answer
  }

  /** Sends a request and keeps nothing of it. */
  async send<A extends Api>(
    api: A,
    version: number,
    body: RequestInput<A>,
    { on = this.anyNode, timeoutMs = REQUEST_LIMIT_MS }: AskOptions = {},
  ): Promise<ResponseOf<A>> {
    const connection = await this.connect(on, timeoutMs)
    try {
      return await connection.request(api, version, body)
    } finally {
      connection.close()
    }
  }

  async connect(node: number, requestTimeoutMs = REQUEST_LIMIT_MS): Promise<BrokerConnection> {
    const [host = "", port] = (this.side.bootstrap[node - 1] ?? "").split(":")
    return await BrokerConnection.open({ host, port: Number(port), clientId: "differential", requestTimeoutMs })
  }

  /** Keeps what becomes of a request whose connection may end, or that may never be answered. */
  async outcome(label: string, action: () => Promise<unknown>): Promise<void> {
    try {
      this.note(label, await action())
    } catch (error) {
      if (!(error instanceof BrokerConnectionError)) throw error
      this.note(label, error.message.includes("not answered") ? "no answer" : "the connection was closed")
    }
  }

  note(label: string, value: unknown): void {
    if (label in this.answers) throw new Error(`Two answers are called "${label}".`)
    this.answers[label] = this.#normaliser.normalise(value)
  }

  async until<T>(what: string, look: () => Promise<T | undefined | false>, limitMs = WAIT_LIMIT_MS): Promise<T> {
    const deadline = Date.now() + limitMs
    let last = ""
    while (Date.now() < deadline) {
      try {
        const found = await look()
        if (found !== undefined && found !== false) return found
      } catch (error) {
        if (!(error instanceof BrokerConnectionError)) throw error
        last = error.message
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS))
    }
    throw new Error(`${this.id}: ${what} did not come about within ${limitMs} ms. ${last}`)
  }

  async kill(...ids: readonly number[]): Promise<void> {
    for (const id of ids) this.#down.add(id)
    for (const id of ids) await this.side.kill(id)
  }

  async stop(id: number): Promise<void> {
    this.#down.add(id)
    await this.side.stop(id)
  }

  async pause(id: number): Promise<void> {
    this.#down.add(id)
    await this.side.pause(id)
  }

  async resume(id: number): Promise<void> {
    await this.side.resume(id)
    this.#down.delete(id)
  }

  async start(id: number): Promise<void> {
    await this.side.start(id)
    this.#down.delete(id)
  }

  get anyNode(): number {
    return this.liveNodes[0] ?? 1
  }

  get liveNodes(): readonly number[] {
    return nodes.filter((id) => !this.#down.has(id))
  }

  /** Creates a topic and waits until its leaders lead. */
  async createTopic(topic: string, { partitions = 1, replicas, configs = {} }: TopicInput = {}): Promise<string> {
    const placed = replicas ?? Array.from({ length: partitions }, () => [1, 2, 3])
    const { topics } = await this.send(createTopics, 7, {
      timeoutMs: 20_000,
      topics: [
        {
          name: topic,
          numPartitions: -1,
          replicationFactor: -1,
          assignments: placed.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
          configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
        },
      ],
    })
    const code = topics[0]?.errorCode ?? ErrorCode.UnknownServerError
    if (code !== ErrorCode.None) throw new Error(`${topic}: ${errorName(code)}`)
    for (const [partition, brokers] of placed.entries()) await this.untilLed(topic, partition, brokers[0])
    return topics[0]?.topicId ?? ""
  }

  /** Waits until a partition has a leader, this one if named, that knows it, and that every node names. */
  async untilLed(topic: string, partition = 0, wanted?: number): Promise<number> {
    return await this.until(`a leader of ${topic}-${partition}`, async () => {
      const leaders = await Promise.all(this.liveNodes.map((on) => this.#leaderAsSeenBy(on, topic, partition)))
      const [leader] = leaders
      if (leader === undefined || leader < 1 || leaders.some((each) => each !== leader)) return undefined
      if (wanted !== undefined && leader !== wanted) return undefined
      const { topics } = await this.#listOffset(topic, partition, EARLIEST, leader)
      return topics[0]?.partitions[0]?.errorCode === ErrorCode.None ? leader : undefined
    })
  }

  /** Waits until the controller's view has this ISR. */
  async untilIsr(topic: string, isr: readonly number[], partition = 0): Promise<void> {
    await this.until(`ISR ${isr} of ${topic}-${partition}`, async () => {
      const found = await this.partition(topic, partition)
      return [...found.isrNodes].sort().join() === [...isr].sort().join()
    })
  }

  /** Leader, epoch, replicas, ISR and ELR as the metadata has them. */
  async partition(topic: string, partition = 0) {
    const { topics } = await this.send(describeTopicPartitions, 0, { topics: [{ name: topic }] })
    const found = topics[0]?.partitions.find(({ partitionIndex }) => partitionIndex === partition)
    if (found === undefined) throw new Error(`There is no ${topic}-${partition}.`)
    const { leaderId, leaderEpoch, replicaNodes, isrNodes, eligibleLeaderReplicas } = found
    return { leaderId, leaderEpoch, replicaNodes, isrNodes, eligibleLeaderReplicas }
  }

  async notePartition(label: string, topic: string, partition = 0): Promise<void> {
    this.note(label, await this.partition(topic, partition))
  }

  /** One batch to one partition; what the leader says of it. */
  async produce(topic: string, values: readonly (string | RecordInput)[], input: ProduceInput = {}) {
    const { partition = 0, acks = -1, transactionalId, version = 9, on, timeoutMs = 20_000, ...batch } = input
    const records = encodeBatch({ ...batch, records: values.map(recordOf) })
    return await this.produceBytes(topic, records, { partition, acks, transactionalId, version, on, timeoutMs })
  }

  async produceBytes(
    topic: string,
    records: Buffer,
    { partition = 0, acks = -1, transactionalId, version = 9, on, timeoutMs = 20_000 }: BytesInput = {},
  ) {
    const leader = on ?? (await this.#leaderAsSeenBy(this.anyNode, topic, partition)) ?? this.anyNode
    const body = {
      transactionalId: transactionalId ?? null,
      acks,
      timeoutMs,
      topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
    }
    const { responses } = await this.send(produce, version, body, { on: leader })
    const answer = responses[0]?.partitionResponses[0]
    if (answer === undefined) throw new Error("Produce answered nothing.")
    const { errorCode, baseOffset, logStartOffset } = answer
    return { errorCode, baseOffset, logStartOffset }
  }

  async noteProduce(label: string, topic: string, values: readonly (string | RecordInput)[], input?: ProduceInput) {
    const answer = await this.produce(topic, values, input)
    this.note(label, answer)
    return answer
  }

  /** What a consumer reads from an offset to the end, with the watermarks of its first answer. */
  async read(topic: string, { partition = 0, from = 0, committed = false, on, timeoutMs }: FetchInput = {}) {
    const leader = on ?? (await this.#leaderAsSeenBy(this.anyNode, topic, partition)) ?? this.anyNode
    const fetchFrom = async (fetchOffset: number) => {
      const partitions = [{ partition, fetchOffset, partitionMaxBytes: 1 << 22 }]
      const body = { maxWaitMs: 0, minBytes: 0, isolationLevel: committed ? 1 : 0, topics: [{ topic, partitions }] }
      const answer = await this.send(fetch, 12, body, { on: leader, timeoutMs })
      const found = answer.responses[0]?.partitions[0]
      if (found === undefined) throw new Error(`Fetch answered ${errorName(answer.errorCode)}.`)
      return found
    }
    const first = await fetchFrom(from)
    const read: Buffer[] = []
    // One answer ends where a segment does: a consumer asks on.
    for (let last = first.records; last !== null && last.length > 0; ) {
      read.push(last)
      const next = [...batchesOf(last)].reduce((_, batch) => lastOffset(batch) + 1, from)
      last = next < first.highWatermark ? (await fetchFrom(next)).records : null
    }
    const { errorCode, highWatermark, lastStableOffset, logStartOffset, abortedTransactions } = first
    const records = Buffer.concat(read)
    return { errorCode, highWatermark, lastStableOffset, logStartOffset, abortedTransactions, records }
  }

  async noteRead(label: string, topic: string, input?: FetchInput) {
    const answer = await this.read(topic, input)
    this.note(label, answer)
    return answer
  }

  /** A producer id without a transactional one; a broker that has none at hand asks for them first. */
  async newProducerId() {
    return await this.until("a producer id", async () => {
      const answer = await this.send(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 60_000 })
      return answer.errorCode === ErrorCode.None ? answer : undefined
    })
  }

  /** How many records a fetch brought. */
  count(records: Buffer | null): number {
    const batches = [...batchesOf(records ?? Buffer.alloc(0))].filter((batch) => !isControl(batch))
    return batches.reduce((sum, batch) => sum + recordCount(batch), 0)
  }

  /** Log start and end (what a consumer's `read_uncommitted` sees of it). */
  async offsets(topic: string, { partition = 0, on }: { partition?: number; on?: number } = {}) {
    const leader = on ?? (await this.#leaderAsSeenBy(this.anyNode, topic, partition)) ?? this.anyNode
    const [first, last] = await Promise.all(
      [EARLIEST, LATEST].map((timestamp) => this.#listOffset(topic, partition, timestamp, leader)),
    )
    const found = [first, last].map((answer) => answer?.topics[0]?.partitions[0])
    return found.map((each) => (each?.errorCode === ErrorCode.None ? each.offset : errorName(each?.errorCode ?? -1)))
  }

  /** The node that coordinates a group (type 0) or a transactional id (1). */
  async coordinator(key: string, keyType: 0 | 1 = 0): Promise<number> {
    return await this.until(`a coordinator of ${key}`, async () => {
      const { coordinators } = await this.send(findCoordinator, 4, { keyType, coordinatorKeys: [key] })
      const found = coordinators[0]
      return found?.errorCode === ErrorCode.None && this.liveNodes.includes(found.nodeId) ? found.nodeId : undefined
    })
  }

  /** How many brokers a node knows to be up. */
  async brokersSeenBy(on: number): Promise<number> {
    return (await this.send(metadata, 9, { topics: [] }, { on })).brokers.length
  }

  async #listOffset(topic: string, partitionIndex: number, timestamp: number, on: number) {
    const topics = [{ name: topic, partitions: [{ partitionIndex, currentLeaderEpoch: -1, timestamp }] }]
    return await this.send(listOffsets, 7, { replicaId: -1, isolationLevel: 0, topics }, { on })
  }

  async #leaderAsSeenBy(on: number, topic: string, partition: number): Promise<number | undefined> {
    const { topics } = await this.send(metadata, 9, { topics: [{ name: topic }] }, { on })
    const found = topics[0]?.partitions.find(({ partitionIndex }) => partitionIndex === partition)
    return found?.leaderId === -1 ? undefined : found?.leaderId
  }
}

interface BytesInput {
  readonly partition?: number | undefined
  readonly acks?: number | undefined
  readonly transactionalId?: string | undefined
  readonly version?: number | undefined
  readonly on?: number | undefined
  readonly timeoutMs?: number | undefined
}

function recordOf(record: string | RecordInput): RecordInput {
  return typeof record === "string" ? { timestamp: Date.now(), value: Buffer.from(record) } : record
}
