import type { Kafka, Producer, Transaction } from "kafkajs"
import type { Outcome, Task } from "./client"

const accounts = 10

/** Three records with an offset are committed, two are taken back, one is committed by a successor that fences. */
export async function transact(kafka: Kafka, task: Task): Promise<Outcome> {
  const first = await connect(kafka, task)
  const commit = await first.transaction()
  for (const index of [0, 1, 2]) await sendTo(commit, task, 0, `committed ${index}`)
  await sendOffset(commit, task, 3)
  await commit.commit()
  const abort = await first.transaction()
  for (const index of [0, 1]) await sendTo(abort, task, 0, `aborted ${index}`)
  await sendOffset(abort, task, 5)
  await abort.abort()
  const open = await first.transaction()
  await sendTo(open, task, 0, "left open")
  const second = await connect(kafka, task)
  const last = await second.transaction()
  await sendTo(last, task, 0, "committed 3")
  await last.commit()
  const fenced = await open.commit().then(
    () => false,
    ({ type }: { type?: string }) => type === "INVALID_PRODUCER_EPOCH" || type === "PRODUCER_FENCED",
  )
  for (const producer of [first, second]) await producer.disconnect()
  return { fenced, offsets: await committedOffsets(kafka, task) }
}

/** Moves money until enough transfers are acknowledged, whatever happens to the brokers meanwhile. */
export async function makeTransfers(kafka: Kafka, task: Task): Promise<Outcome> {
  const committed: number[] = []
  const aborted: number[] = []
  let producer = await connect(kafka, task)
  for (let id = 0; committed.length < (task.count ?? 0); id++) {
    await new Promise((resolve) => setTimeout(resolve, task.paceMs))
    try {
      const transaction = await producer.transaction()
      const amount = 1 + (id % 7)
      await sendAlone(transaction, task, `account-${id % accounts}`, `${id}:${-amount}`)
      await sendAlone(transaction, task, `account-${(id + 3) % accounts}`, `${id}:${amount}`)
      await sendOffset(transaction, task, id + 1)
      if (id % 10 === 9) {
        await transaction.abort()
        aborted.push(id)
      } else {
        await transaction.commit()
        committed.push(id)
      }
    } catch {
      // Nobody knows how it ended: a new life of the same id ends it.
      await producer.disconnect().catch(() => {})
      producer = await connect(kafka, task)
    }
  }
  await producer.disconnect()
  for (;;) {
    try {
      const values = await readLedger(kafka, task)
      return { committed, aborted, values, offsets: await committedOffsets(kafka, task) }
    } catch {
      // A broker died amid the audit, which kafkajs tells rather than asks another: once more from the start.
    }
  }
}

async function connect(kafka: Kafka, task: Task): Promise<Producer> {
  const { transactionalId = "", transactionTimeoutMs: transactionTimeout = 60_000 } = task
  const options = { transactionalId, idempotent: true, maxInFlightRequests: 1, transactionTimeout }
  for (;;) {
    const producer = kafka.producer(options)
    try {
      await producer.connect()
      return producer
    } catch {
      await producer.disconnect().catch(() => {})
    }
  }
}

async function sendTo(transaction: Transaction, { topic }: Task, partition: number, value: string): Promise<void> {
  await transaction.send({ topic, messages: [{ partition, value }] })
}

/**
 * One record a call: a `send` that spans two leaders is not whole when one of them has moved. kafkajs (2.2.4,
 * src/producer/sendMessages.js) keeps one response per broker over all its retries (`brokersWithoutResponse`): records
 * whose new leader has answered for another partition already are never sent, and `send` resolves all the same; records
 * whose leader has not answered yet when the other one fails are sent once more, under the next sequence number.
 */
async function sendAlone(transaction: Transaction, { topic }: Task, key: string, value: string): Promise<void> {
  await transaction.send({ topic, messages: [{ key, value }] })
}

async function sendOffset(transaction: Transaction, { topic, group = "" }: Task, offset: number): Promise<void> {
  const topics = [{ topic, partitions: [{ partition: 0, offset: String(offset) }] }]
  await transaction.sendOffsets({ consumerGroupId: group, topics })
}

/** Everything that read_committed shows. */
async function readLedger(kafka: Kafka, { topic }: Task): Promise<string[]> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const missing = new Map(ends.map(({ partition, high }) => [partition, BigInt(high)]))
  for (const { partition, high } of ends) if (high === "0") missing.delete(partition)
  const consumer = kafka.consumer({ groupId: `audit-${topic}-${Date.now()}`, maxWaitTimeInMs: 200 })
  const values: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const whole = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    // Control records never come to a handler: how far a partition is read is told by the end of a batch.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (BigInt(payload.lastOffset) + 1n >= (missing.get(payload.partition) ?? 0n)) missing.delete(payload.partition)
      if (missing.size === 0) resolve()
    })
    consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) }).catch(reject)
  })
  await whole.finally(() => consumer.disconnect())
  return values
}

async function committedOffsets(kafka: Kafka, { topic, group = "" }: Task): Promise<Record<string, number>> {
  const admin = kafka.admin()
  await admin.connect()
  const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  await admin.disconnect()
  const known = found?.partitions.filter(({ offset }) => Number(offset) >= 0) ?? []
  return Object.fromEntries(known.map(({ partition, offset }) => [partition, Number(offset)]))
}
