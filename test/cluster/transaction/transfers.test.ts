import { Kafka, logLevel, type Producer, type Transaction } from "kafkajs"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"
import { type ControlClient, connectControl } from "../../../src/process/control"

const TRANSFERS = 40
const KILL_EVERY = 12
const TOPIC = "ledger"
const GROUP = "clerk"

let server: ClusterServer
let control: ControlClient
let kafka: Kafka

beforeAll(async () => {
  // Three voters: whichever node is killed, the quorum goes on.
  const options = parseOptions(["--profile", "lessons", "--controllers", "3", "--config", "min.insync.replicas=2"])
  server = await ClusterServer.start(options, () => {})
  control = await connectControl(server.address.control)
  kafka = new Kafka({
    clientId: "bank",
    brokers: server.address.bootstrap.split(","),
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 50, retries: 20 },
  })
}, 60_000)

afterAll(async () => {
  control?.close()
  await server?.stop()
})

test("transfers stay whole while brokers are killed in turn, and their offsets with them", async () => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 3, replicationFactor: 3 }] })
  const acknowledged: number[] = []
  const aborted: number[] = []
  let producer = await connect()
  for (let transfer = 0; transfer < TRANSFERS; transfer++) {
    if (transfer % KILL_EVERY === KILL_EVERY - 1) await restartOne(1 + (Math.floor(transfer / KILL_EVERY) % 3))
    const outcome = await attempt(producer, transfer)
    if (outcome === "committed") acknowledged.push(transfer)
    else if (outcome === "aborted") aborted.push(transfer)
    else {
      await producer.disconnect().catch(() => {})
      producer = await connect()
    }
  }
  // A new process of the same id ends what may still be open; a last transfer shows that everything is settled.
  await producer.disconnect().catch(() => {})
  producer = await connect()
  for (;;) if ((await attempt(producer, TRANSFERS)) === "committed") break
  const seen = await readCommitted()
  const whole = [...seen].filter(([, deltas]) => deltas.length === 2 && deltas[0] === -(deltas[1] ?? 0))
  expect({
    torn: [...seen].filter(([id]) => !whole.some(([other]) => other === id)),
    lost: acknowledged.filter((id) => !seen.has(id)),
    abortedSeen: aborted.filter((id) => seen.has(id)),
    enough: acknowledged.length > TRANSFERS / 2 && aborted.length > 0,
  }).toEqual({ torn: [], lost: [], abortedSeen: [], enough: true })
  const [committed] = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] })
  expect(committed?.partitions.map(({ offset }) => offset)).toContain(String(TRANSFERS))
  await producer.disconnect()
  await admin.disconnect()
}, 180_000)

async function connect(): Promise<Producer> {
  for (;;) {
    const producer = kafka.producer({ transactionalId: "teller", idempotent: true, maxInFlightRequests: 1 })
    try {
      await producer.connect()
      return producer
    } catch {
      await producer.disconnect().catch(() => {})
    }
  }
}

/** Every fifth transfer is taken back. "unknown": a broker died amid it, and nobody knows. */
async function attempt(producer: Producer, id: number): Promise<"committed" | "aborted" | "unknown"> {
  try {
    const transaction = await producer.transaction()
    const amount = 1 + (id % 7)
    await sendAlone(transaction, `from-${id % 10}`, { id, delta: -amount })
    await sendAlone(transaction, `to-${(id + 3) % 10}`, { id, delta: amount })
    await transaction.sendOffsets({
      consumerGroupId: GROUP,
      topics: [{ topic: TOPIC, partitions: [{ partition: 0, offset: String(id) }] }],
    })
    if (id % 5 === 4) {
      await transaction.abort()
      return "aborted"
    }
    await transaction.commit()
    return "committed"
  } catch {
    return "unknown"
  }
}

/**
 * One record a call: a `send` that spans two leaders is not whole when one of them has moved. kafkajs (2.2.4,
 * src/producer/sendMessages.js) keeps one response per broker over all its retries (`brokersWithoutResponse`): records
 * whose new leader has answered for another partition already are never sent, and `send` resolves all the same; records
 * whose leader has not answered yet when the other one fails are sent once more, under the next sequence number.
 */
async function sendAlone(transaction: Transaction, key: string, value: { id: number; delta: number }): Promise<void> {
  await transaction.send({ topic: TOPIC, messages: [{ key, value: JSON.stringify(value) }] })
}

async function restartOne(id: number): Promise<void> {
  await control.request("node/kill", { id })
  setTimeout(() => void control.request("node/start", { id }), 1_500)
}

/** All records that read_committed shows, as deltas by transfer. */
async function readCommitted(): Promise<Map<number, number[]>> {
  const consumer = kafka.consumer({ groupId: "auditor", readUncommitted: false, maxWaitTimeInMs: 200 })
  const seen = new Map<number, number[]>()
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    void consumer.run({
      eachMessage: async ({ message }) => {
        const { id, delta } = JSON.parse(message.value?.toString() ?? "") as { id: number; delta: number }
        seen.set(id, [...(seen.get(id) ?? []), delta])
        if (seen.get(TRANSFERS)?.length === 2) setTimeout(resolve, 1_000)
      },
    })
  })
  await consumer.disconnect()
  return seen
}
