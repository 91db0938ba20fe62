import type { EachBatchPayload, Kafka, Consumer as KafkajsConsumer, KafkaMessage } from "kafkajs"
import { bindMethods } from "./bindMethods"
import { type Commit, CommitLog, type CommitOffset } from "./commitLog"
import { type DeadLetterOptions, DeadLetters } from "./deadLetters"
import type { ConsumerCounts, ConsumerMetrics, MetricsRegistry } from "./metrics"
import { type ConsumerSettings, type PresetName, presets } from "./presets"
import type { ProducerClient } from "./producer"
import { fromMessage, type IncomingRecord } from "./records"
import type { LogLevel, Trace } from "./trace"

/** A preset's settings, or what differs from them. */
export interface ConsumerOptions extends Partial<ConsumerSettings>, DeadLetterOptions {
  readonly groupId: string
  /** Default "development". */
  readonly preset?: PresetName
  /** Names this consumer in metrics and logs. */
  readonly namespace?: string
}

/** What a handler gets beside the record. */
export interface HandlerContext {
  /** 1 for the first time. */
  readonly attempt: number
  /** Tells the group that a slow handler is alive. */
  heartbeat(): Promise<void>
  /** A structured log line with the record's trace id and place. */
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}

/**
 * Resolving commits the record; "duplicate" says that it had been processed before. Rejecting seeks back: the record
 * comes again after a pause, and after the last retry it goes to the dead-letter topic with the reason in its headers.
 */
export type Handler = (record: IncomingRecord, context: HandlerContext) => unknown

export interface Consumer {
  /** Joins the group and begins to read; resolves when the group has been joined. */
  subscribe(topics: string | readonly string[], handler: Handler): Promise<void>
  metrics(): ConsumerMetrics
  /** The broker answers. */
  ping(): Promise<void>
  /** Waits for the handlers under way, commits, and leaves the group. */
  close(): Promise<void>
  /** The kafkajs consumer behind it. */
  readonly kafkajs: KafkajsConsumer
}

export interface ConsumerParts {
  readonly kafka: Kafka
  readonly trace: Trace
  readonly metrics: MetricsRegistry
  readonly ping: () => Promise<void>
  /** For dead letters, opened when the first one is sent. */
  readonly openProducer: () => Promise<ProducerClient>
  readonly ensureTopic: (name: string) => Promise<void>
}

/** Connects a consumer by the options; what they leave open is the preset's. It reads once it has subscribed. */
export async function openConsumer(parts: ConsumerParts, options: ConsumerOptions): Promise<Consumer> {
  const { groupId, preset = "development", namespace = groupId, deadLetterTopic, ...changes } = options
  const settings = presets.from({ consumer: changes }, preset).consumer
  const kafkajs = parts.kafka.consumer({
    groupId,
    sessionTimeout: settings.sessionTimeoutMs,
    heartbeatInterval: settings.heartbeatIntervalMs,
    rebalanceTimeout: settings.rebalanceTimeoutMs,
    readUncommitted: !settings.readCommitted,
    maxWaitTimeInMs: MAX_WAIT_MS,
    allowAutoTopicCreation: false,
  })
  await kafkajs.connect()
  return bindMethods(new Receiver(kafkajs, settings, parts, namespace, new DeadLetters(parts, { deadLetterTopic })))
}

/** A fetch of an empty partition: short, so that pauses and closing are felt soon. */
const MAX_WAIT_MS = 500

/** The longest pause before a retry. */
const MAX_BACKOFF_MS = 30_000

class Receiver implements Consumer {
  readonly kafkajs: KafkajsConsumer
  readonly #settings: ConsumerSettings
  readonly #parts: ConsumerParts
  readonly #counts: ConsumerCounts
  readonly #commits: CommitLog
  readonly #deadLetters: DeadLetters
  /** Failed attempts of the record that a partition stands at. */
  readonly #attempts = new Map<string, { offset: string; count: number }>()
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(
    kafkajs: KafkajsConsumer,
    settings: ConsumerSettings,
    parts: ConsumerParts,
    name: string,
    deadLetters: DeadLetters,
  ) {
    this.kafkajs = kafkajs
    this.#settings = settings
    this.#parts = parts
    this.#counts = parts.metrics.addConsumer(name)
    this.#commits = new CommitLog(settings)
    this.#deadLetters = deadLetters
    this.#observe()
  }

  async subscribe(topics: string | readonly string[], handler: Handler): Promise<void> {
    const { autoOffsetReset, concurrency } = this.#settings
    await this.kafkajs.subscribe({ topics: [topics].flat() as string[], fromBeginning: autoOffsetReset === "earliest" })
    const joined = new Promise<void>((resolve, reject) => {
      const stopJoin = this.kafkajs.on(this.kafkajs.events.GROUP_JOIN, () => {
        stopJoin()
        resolve()
      })
      this.kafkajs.on(this.kafkajs.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error)
      })
    })
    await this.kafkajs.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (payload) => this.#handleBatch(payload, handler),
    })
    await joined
  }

  metrics(): ConsumerMetrics {
    return this.#counts.read()
  }

  ping(): Promise<void> {
    return this.#parts.ping()
  }

  async close(): Promise<void> {
    // stop() waits for the handlers under way; the membership ends with disconnect().
    await this.kafkajs.stop()
    await this.#deadLetters.close()
    await this.kafkajs.disconnect()
  }

  #observe(): void {
    this.kafkajs.on(this.kafkajs.events.STOP, () => {
      for (const timer of this.#timers) clearTimeout(timer)
    })
    this.kafkajs.on(this.kafkajs.events.GROUP_JOIN, () => {
      this.#counts.joins++
      this.#counts.lag.clear()
    })
  }

  async #handleBatch(payload: EachBatchPayload, handler: Handler): Promise<void> {
    const { batch, isRunning, isStale, resolveOffset, heartbeat } = payload
    const { topic, partition } = batch
    // Not the consumer's own commitOffsets: it does nothing once the consumer is closing.
    const commit: Commit = (offsets) => payload.commitOffsetsIfNecessary({ topics: offsets.map(toTopicOffsets) })
    const setLag = (offset: string) => {
      const lag = BigInt(batch.highWatermark) - BigInt(offset) - 1n
      this.#counts.lag.set(`${topic}-${partition}`, Math.max(0, Number(lag)))
    }
    try {
      for (const message of batch.messages) {
        if (!isRunning() || isStale()) return
        const isDone = await this.#handle(topic, partition, message, heartbeat, handler)
        if (!isDone) return
        resolveOffset(message.offset)
        setLag(message.offset)
        await this.#commits.handled(topic, partition, message.offset, commit)
        await heartbeat()
      }
      // A batch may end in offsets without a record: compacted ones, transaction markers.
      resolveOffset(batch.lastOffset())
      setLag(batch.lastOffset())
    } finally {
      // Before the next fetch the partition may go to another member, and this one may leave.
      await this.#commits.commit(commit).catch(() => {})
    }
  }

  /** @returns false when the record is to come again */
  async #handle(
    topic: string,
    partition: number,
    message: KafkaMessage,
    heartbeat: () => Promise<void>,
    handler: Handler,
  ): Promise<boolean> {
    const record = fromMessage(topic, partition, message)
    const failures = this.#failuresOf(topic, partition, message.offset)
    const log = (level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>) =>
      this.#parts.trace.log(level, text, { topic, partition, offset: record.offset, ...fields })
    this.#counts.total++
    try {
      const context = { attempt: failures + 1, heartbeat, log }
      const outcome = await this.#parts.trace.continue(record, () => handler(record, context))
      this.#counts[outcome === "duplicate" ? "duplicate" : "success"]++
    } catch (error) {
      this.#counts.failed++
      const isLast = failures >= this.#settings.retries
      if (!isLast || this.#deadLetters.isOff) {
        this.#again(topic, partition, message.offset, failures, isLast ? error : undefined)
        return false
      }
      await this.#deadLetters.send(record, error, failures + 1)
      this.#counts.deadLettered++
    }
    this.#attempts.delete(`${topic}-${partition}`)
    return true
  }

  #failuresOf(topic: string, partition: number, offset: string): number {
    const attempt = this.#attempts.get(`${topic}-${partition}`)
    return attempt?.offset === offset ? attempt.count : 0
  }

  /**
   * The partition stands still for a pause, which keeps its order; the others go on. After the last retry without a
   * dead-letter topic it stands still for good.
   */
  #again(topic: string, partition: number, offset: string, failures: number, lastError: unknown): void {
    this.#attempts.set(`${topic}-${partition}`, { offset, count: failures + 1 })
    const place = [{ topic, partitions: [partition] }]
    this.kafkajs.pause(place)
    this.kafkajs.seek({ topic, partition, offset })
    if (lastError !== undefined) {
      const reason = lastError instanceof Error ? lastError.message : String(lastError)
      this.#parts.trace.log("error", "partition stopped at a record that fails", { topic, partition, offset, reason })
      return
    }
    this.#counts.retried++
    const pauseMs = Math.min(MAX_BACKOFF_MS, this.#settings.retryBackoffMs * 2 ** failures)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.kafkajs.resume(place)
    }, pauseMs)
    this.#timers.add(timer)
  }
}

function toTopicOffsets({ topic, partition, offset }: CommitOffset) {
  return { topic, partitions: [{ partition, offset }] }
}
