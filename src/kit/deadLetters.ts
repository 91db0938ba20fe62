import type { ProducerClient } from "./producer"
import type { IncomingRecord } from "./records"

export interface DeadLetterOptions {
  /**
   * Where records go that fail every time. Default: the record's topic with ".dead-letter"; false: the
   * partition stands still at such a record.
   */
  readonly deadLetterTopic?: string | false | undefined
}

export interface DeadLetterParts {
  readonly openProducer: () => Promise<ProducerClient>
  readonly ensureTopic: (name: string) => Promise<void>
}

/** Headers that a dead letter carries beside its own. */
export const deadLetterHeaders = {
  topic: "x-original-topic",
  partition: "x-original-partition",
  offset: "x-original-offset",
  timestamp: "x-original-timestamp",
  errorName: "x-error-name",
  errorMessage: "x-error-message",
  attempts: "x-attempts",
} as const

const MAX_MESSAGE_LENGTH = 1_000

/** Sends what cannot be handled to where a person looks at it. */
export class DeadLetters {
  readonly #parts: DeadLetterParts
  readonly #topic: string | false | undefined
  readonly #known = new Set<string>()
  #producer: Promise<ProducerClient> | undefined

  constructor(parts: DeadLetterParts, { deadLetterTopic }: DeadLetterOptions) {
    this.#parts = parts
    this.#topic = deadLetterTopic
  }

  get isOff(): boolean {
    return this.#topic === false
  }

  async send(record: IncomingRecord, error: unknown, attempts: number): Promise<void> {
    const topic = this.#topic || `${record.topic}.dead-letter`
    if (!this.#known.has(topic)) await this.#parts.ensureTopic(topic)
    this.#known.add(topic)
    this.#producer ??= this.#parts.openProducer()
    const producer = await this.#producer
    const message = error instanceof Error ? error.message : String(error)
    await producer.send(topic, {
      key: record.bytes.key,
      value: record.bytes.value,
      headers: {
        ...record.headers,
        [deadLetterHeaders.topic]: record.topic,
        [deadLetterHeaders.partition]: String(record.partition),
        [deadLetterHeaders.offset]: String(record.offset),
        [deadLetterHeaders.timestamp]: String(record.timestamp),
        [deadLetterHeaders.errorName]: error instanceof Error ? error.name : "unknown",
        [deadLetterHeaders.errorMessage]: message.slice(0, MAX_MESSAGE_LENGTH),
        [deadLetterHeaders.attempts]: String(attempts),
      },
    })
  }

  async close(): Promise<void> {
    await (await this.#producer)?.close()
  }
}
