import type { Kafka, Producer } from "kafkajs"
import { timed } from "./patience"
import { percentile } from "./report"
import { kafkaOf, type Side } from "./side"

export const value = Buffer.alloc(100, "x")
const BATCH_RECORDS = 1_000
const SINGLE_SENDS = 1_000
/** The first sends on a new connection are not what a percentile is about. */
const UNCOUNTED_SENDS = 50

/** Records a second, in batches of a thousand that go one after another. */
export async function produceWithKafkajs(side: Side, topic: string, acks: number, records: number): Promise<number> {
  const producer = await connect(kafkaOf(side))
  await sendBatch(producer, topic, acks)
  const seconds = await timed(async () => {
    for (let sent = 0; sent < records; sent += BATCH_RECORDS) await sendBatch(producer, topic, acks)
  })
  await producer.disconnect()
  return records / seconds
}

/** Records a second, from the first batch that comes: joining a group waits for a timer. */
export async function consumeWithKafkajs(side: Side, topic: string, records: number): Promise<number> {
  const consumer = kafkaOf(side).consumer({ groupId: `bench-${topic}` })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  let seen = 0
  let counted = 0
  let begun = 0
  await new Promise<void>((resolve, reject) => {
    const eachBatch = async ({ batch }: { batch: { messages: readonly unknown[] } }) => {
      if (seen === 0) begun = performance.now()
      else counted += batch.messages.length
      seen += batch.messages.length
      if (seen >= records) resolve()
    }
    consumer.run({ eachBatch }).catch(reject)
  })
  const seconds = (performance.now() - begun) / 1_000
  await consumer.disconnect()
  return counted / seconds
}

/** One record a request, the next when the last is acknowledged; milliseconds. */
export async function sendOneByOne(side: Side, topic: string): Promise<{ readonly p50: number; readonly p99: number }> {
  const producer = await connect(kafkaOf(side))
  const latencies: number[] = []
  for (let sent = 0; sent < UNCOUNTED_SENDS + SINGLE_SENDS; sent++) {
    const seconds = await timed(() => producer.send({ topic, acks: -1, messages: [{ value }] }))
    if (sent >= UNCOUNTED_SENDS) latencies.push(seconds * 1_000)
  }
  await producer.disconnect()
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
}

export async function sendFirst(kafka: Kafka, topic: string): Promise<void> {
  const producer = await connect(kafka)
  await producer.send({ topic, acks: -1, messages: [{ value }] })
  await producer.disconnect()
}

async function connect(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer()
  await producer.connect()
  return producer
}

function sendBatch(producer: Producer, topic: string, acks: number): Promise<unknown> {
  return producer.send({ topic, acks, messages: Array.from({ length: BATCH_RECORDS }, () => ({ value })) })
}
