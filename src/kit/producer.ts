import {
  CompressionTypes,
  type Kafka,
  type Message,
  type Producer,
  type RecordMetadata,
  type Transaction,
} from "kafkajs"
import { bindMethods } from "./bindMethods"
import { PartitionChooser } from "./choosePartition"
import type { MetricsRegistry, ProducerMetrics } from "./metrics"
import type { Partitioner } from "./partitioners"
import { type Compression, type PresetName, type ProducerSettings, presets } from "./presets"
import { type OutgoingRecord, type RecordPlace, toMessage } from "./records"
import { type Trace, withTraceHeaders } from "./trace"

/** A preset's settings, or what differs from them. */
export interface ProducerOptions extends Partial<ProducerSettings> {
  /** Default "development". */
  readonly preset?: PresetName
  /** Names this producer in metrics and logs, and is its client id. */
  readonly namespace?: string
  readonly partitioner?: Partitioner
  /** Makes a transactional producer: `transaction` works, and an older producer of the same id is fenced. */
  readonly transactionalId?: string
  readonly transactionTimeoutMs?: number
}

export type SendCallback = (error: unknown, places: readonly RecordPlace[]) => void

type Records = OutgoingRecord | readonly OutgoingRecord[]

/** Sends records; the records of one call form one batch per partition, as kafkajs has no linger. */
export interface ProducerClient {
  /**
   * Sends and resolves with the place of each record, in the order given. With a callback the error goes there alone,
   * and the promise resolves in any case: for those who do not wait.
   */
  send(topic: string, records: Records, callback?: SendCallback): Promise<RecordPlace[]>
  /** Sends and waits for the acknowledgement; rejects where it does not come. */
  sendSync(topic: string, records: Records): Promise<RecordPlace[]>
  /** Records of several topics in as few requests as possible. */
  sendBatch(batch: Readonly<Record<string, Records>>): Promise<RecordPlace[]>
  /** Runs `action` in a transaction: committed when it resolves, aborted when it rejects. */
  transaction<T>(action: (transaction: TransactionScope) => T | Promise<T>): Promise<T>
  metrics(): ProducerMetrics
  /** The broker answers: no proof that it takes records, see `health`. */
  ping(): Promise<void>
  /** Waits for what is under way, then leaves. */
  close(): Promise<void>
  /** The kafkajs producer behind it. */
  readonly kafkajs: Producer
}

export interface TransactionScope {
  send(topic: string, records: Records): Promise<RecordPlace[]>
  /** Commits a consumer's offsets within the transaction; `offset` is the next one to read. */
  sendOffsets(groupId: string, offsets: readonly { topic: string; partition: number; offset: number }[]): Promise<void>
  readonly kafkajs: Transaction
}

const compressionTypes: Readonly<Record<Compression, CompressionTypes>> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
}

export interface ProducerParts {
  readonly kafka: Kafka
  readonly trace: Trace
  readonly metrics: MetricsRegistry
  readonly ping: () => Promise<void>
}

/** Connects a producer by the options; what they leave open is the preset's. */
export async function openProducer(parts: ProducerParts, options: ProducerOptions): Promise<ProducerClient> {
  const {
    preset = "development",
    namespace = "producer",
    partitioner,
    transactionalId,
    transactionTimeoutMs,
    ...changes
  } = options
  const settings = presets.from({ producer: changes }, preset).producer
  // Idempotence needs acks=all and retries: asking for less of either is asking for no idempotence.
  const idempotent = settings.idempotent && settings.acks === "all" && settings.retries > 0
  const chooser = new PartitionChooser(partitioner)
  const producer = parts.kafka.producer({
    createPartitioner: chooser.create,
    idempotent,
    maxInFlightRequests: settings.maxInFlight,
    retry: { retries: settings.retries, initialRetryTime: settings.retryBackoffMs },
    allowAutoTopicCreation: false,
    ...(transactionalId !== undefined && { transactionalId }),
    ...(transactionTimeoutMs !== undefined && { transactionTimeout: transactionTimeoutMs }),
  })
  await producer.connect()
  return bindMethods(new Sender(producer, chooser, settings, parts, namespace))
}

class Sender implements ProducerClient {
  readonly kafkajs: Producer
  readonly #chooser: PartitionChooser
  readonly #settings: ProducerSettings
  readonly #parts: ProducerParts
  readonly #counts: ReturnType<MetricsRegistry["addProducer"]>
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(
    kafkajs: Producer,
    chooser: PartitionChooser,
    settings: ProducerSettings,
    parts: ProducerParts,
    name: string,
  ) {
    this.kafkajs = kafkajs
    this.#chooser = chooser
    this.#settings = settings
    this.#parts = parts
    this.#counts = parts.metrics.addProducer(name)
  }

  async send(topic: string, records: Records, callback?: SendCallback): Promise<RecordPlace[]> {
    if (callback === undefined) return this.sendBatch({ [topic]: records })
    try {
      const places = await this.sendBatch({ [topic]: records })
      callback(null, places)
      return places
    } catch (error) {
      callback(error, [])
      return []
    }
  }

  sendSync(topic: string, records: Records): Promise<RecordPlace[]> {
    return this.sendBatch({ [topic]: records })
  }

  sendBatch(batch: Readonly<Record<string, Records>>): Promise<RecordPlace[]> {
    return this.#send(batch, this.kafkajs)
  }

  async transaction<T>(action: (transaction: TransactionScope) => T | Promise<T>): Promise<T> {
    const transaction = await this.kafkajs.transaction()
    try {
      const result = await action({
        send: (topic, records) => this.#send({ [topic]: records }, transaction),
        sendOffsets: (consumerGroupId, offsets) =>
          transaction.sendOffsets({
            consumerGroupId,
            topics: offsets.map(({ topic, partition, offset }) => ({
              topic,
              partitions: [{ partition, offset: String(offset) }],
            })),
          }),
        kafkajs: transaction,
      })
      await transaction.commit()
      return result
    } catch (error) {
      // What made the action fail matters, not that a fenced transaction cannot be aborted any more.
      if (transaction.isActive()) await transaction.abort().catch(() => {})
      throw error
    }
  }

  metrics(): ProducerMetrics {
    return this.#counts.read()
  }

  ping(): Promise<void> {
    return this.#parts.ping()
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    await this.kafkajs.disconnect()
  }

  async #send(batch: Readonly<Record<string, Records>>, via: Pick<Producer, "sendBatch">): Promise<RecordPlace[]> {
    const topicMessages = Object.entries(batch).map(([topic, records]) => ({
      topic,
      messages: [records]
        .flat()
        .map((record) => toMessage(withTraceHeaders(record as OutgoingRecord, this.#parts.trace))),
    }))
    const count = topicMessages.reduce((sum, { messages }) => sum + messages.length, 0)
    const { acks, compression, timeoutMs } = this.#settings
    const sending = via.sendBatch({
      acks: acks === "all" ? -1 : acks,
      timeout: timeoutMs,
      compression: compressionTypes[compression],
      topicMessages,
    })
    this.#underWay.add(sending)
    this.#counts.total += count
    try {
      const answers = await sending
      return topicMessages.flatMap(({ topic, messages }) => this.#places(topic, messages, answers ?? []))
    } catch (error) {
      this.#counts.failed += count
      throw error
    } finally {
      this.#underWay.delete(sending)
    }
  }

  /** kafkajs keeps the order of messages per partition: a record's offset is the batch's first plus its place in it. */
  #places(topic: string, messages: readonly Message[], answers: readonly RecordMetadata[]): RecordPlace[] {
    const seen = new Map<number, number>()
    return messages.map((message) => {
      const partition = this.#chooser.partitionOf(message) ?? -1
      const index = seen.get(partition) ?? 0
      seen.set(partition, index + 1)
      const answer = answers.find((candidate) => candidate.topicName === topic && candidate.partition === partition)
      const base = Number(answer?.baseOffset ?? -1)
      const appendTime = Number(answer?.logAppendTime ?? -1)
      return { topic, partition, offset: base < 0 ? -1 : base + index, ...(appendTime >= 0 && { appendTime }) }
    })
  }
}
