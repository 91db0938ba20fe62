import type { IHeaders, KafkaMessage, Message } from "kafkajs"

/** What is sent. Key, value and headers are bytes to Kafka; text is UTF-8, any other value becomes JSON. */
export interface OutgoingRecord {
  readonly key?: string | Uint8Array | null
  readonly value: unknown
  readonly headers?: Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[]>>
  /** Milliseconds since 1970. Default: now. */
  readonly timestamp?: number
  /** Chosen by the partitioner where absent. */
  readonly partition?: number
}

/** What comes back. */
export interface IncomingRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  /** The value as text; null is a tombstone. */
  readonly value: string | null
  /** Key and value as they came. */
  readonly bytes: { readonly key: Buffer | null; readonly value: Buffer | null }
  /** A header that repeats is an array, in its order. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** The value read as JSON. */
  json<T = unknown>(): T
}

/** Where a record went. `offset` is -1 with acks=0: nobody said. */
export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The broker's time under LogAppendTime, otherwise undefined. */
  readonly appendTime?: number
}

export function toMessage({ key, value, headers, timestamp, partition }: OutgoingRecord): Message {
  return {
    ...(key !== undefined && { key: typeof key === "string" || key === null ? key : Buffer.from(key) }),
    value: toBytes(value),
    ...(headers !== undefined && { headers: toHeaders(headers) }),
    ...(timestamp !== undefined && { timestamp: String(timestamp) }),
    ...(partition !== undefined && { partition }),
  }
}

function toBytes(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null
  if (typeof value === "string") return value
  if (value instanceof Uint8Array) return Buffer.from(value)
  return JSON.stringify(value)
}

function toHeaders(headers: NonNullable<OutgoingRecord["headers"]>): IHeaders {
  const one = (value: string | Uint8Array) => (typeof value === "string" ? value : Buffer.from(value))
  const toValue = (value: string | Uint8Array | readonly (string | Uint8Array)[]) =>
    typeof value === "string" || value instanceof Uint8Array ? one(value) : value.map(one)
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, toValue(value)]))
}

export function fromMessage(topic: string, partition: number, message: KafkaMessage): IncomingRecord {
  const text = (bytes: Buffer | null) => (bytes === null ? null : bytes.toString("utf8"))
  const value = text(message.value)
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: text(message.key),
    value,
    bytes: { key: message.key, value: message.value },
    headers: Object.fromEntries(
      Object.entries(message.headers ?? {}).map(([name, header]) => [
        name,
        Array.isArray(header) ? header.map(String) : String(header ?? ""),
      ]),
    ),
    json: <T>() => JSON.parse(value ?? "null") as T,
  }
}
