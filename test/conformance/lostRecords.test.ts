import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { Kafka, logLevel, type Producer } from "kafkajs"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { ClusterSnapshot, PartitionSnapshot } from "../../src/contract/snapshot"
import { type ClusterProcess, startCluster } from "../../src/process/cluster"

const dist = join(import.meta.dirname, "..", "..", "dist")
const run = promisify(execFile)
const WAIT_LIMIT_MS = 60_000
const TOPIC = "orders"
const RECORDS = 60

let cluster: ClusterProcess
let kafka: Kafka

beforeEach(async () => {
  cluster = await startCluster({ brokers: 3, controllers: 3, profile: "lessons", script: join(dist, "cluster.js") })
  const retry = { retries: 60, initialRetryTime: 50, maxRetryTime: 500 }
  kafka = new Kafka({ brokers: cluster.bootstrap.split(","), logLevel: logLevel.NOTHING, retry })
  const admin = kafka.admin()
  await admin.connect()
  const configEntries = [{ name: "min.insync.replicas", value: "2" }]
  await admin.createTopics({
    topics: [{ topic: TOPIC, replicaAssignment: [{ partition: 0, replicas: [2, 3, 1] }], configEntries }],
    waitForLeaders: true,
  })
  await admin.disconnect()
})

afterEach(async () => {
  await cluster.stop()
})

test("a leader killed from the command line: acks=all loses nothing, epoch + 1, ISR 3 to 2 and back to 3", async () => {
  const producer = await connectProducer()
  const acknowledged: string[] = []
  const before = await untilPartition(({ isr }) => isr.length === 3)
  for (let count = 0; count < RECORDS; count++) {
    if (count === RECORDS / 3) await logbook("fault", "kill", String(before.leader))
    const value = `order ${count}`
    await producer.send({ topic: TOPIC, acks: -1, messages: [{ value }] })
    acknowledged.push(value)
  }
  const after = await untilPartition(({ isr }) => isr.length === 2)
  await logbook("fault", "start", String(before.leader))
  const back = await untilPartition(({ isr }) => isr.length === 3)
  await producer.disconnect()
  const stored = await readAll(back.highWatermark)
  expect({
    epochs: [before.leaderEpoch, after.leaderEpoch, back.leaderEpoch],
    isOut: !after.isr.includes(before.leader),
    isLedByFollower: before.isr.includes(after.leader) && after.leader !== before.leader,
    lost: acknowledged.filter((value) => !stored.includes(value)),
  }).toEqual({ epochs: [0, 1, 1], isOut: true, isLedByFollower: true, lost: [] })
})

test("frozen followers and a killed leader: acks=1 gives an acknowledged offset again, acks=all loses nothing", async () => {
  const producer = await connectProducer()
  const send = async (acks: number, value: string) => {
    const [answer] = await producer.send({ topic: TOPIC, acks, messages: [{ value }] })
    return answer?.baseOffset
  }
  await send(-1, "first")
  const { leader } = await untilPartition(({ isr }) => isr.length === 3)
  const followers = [1, 2, 3].filter((id) => id !== leader)
  for (const id of followers) await logbook("fault", "freeze", String(id), `${TOPIC}-0`)
  const lostOffset = await send(1, "acknowledged by the leader alone")
  // Nobody answers for this one before somebody else leads.
  const pending = send(-1, "acknowledged by all")
  await logbook("fault", "kill", String(leader))
  await untilPartition((partition) => followers.includes(partition.leader))
  for (const id of followers) await logbook("fault", "unfreeze", String(id), `${TOPIC}-0`)
  const keptOffset = await pending
  await logbook("fault", "start", String(leader))
  const { highWatermark } = await untilPartition(({ isr }) => isr.length === 3)
  await producer.disconnect()
  expect({ lostOffset, keptOffset, stored: await readAll(highWatermark) }).toEqual({
    lostOffset: "1",
    keptOffset: "1",
    stored: ["first", "acknowledged by all"],
  })
})

async function connectProducer(): Promise<Producer> {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  return producer
}

/** `logbook …`, as a reader types it in another terminal. */
async function logbook(command: string, ...words: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [
    join(dist, "cli.js"),
    command,
    "--control",
    cluster.control,
    ...words,
  ])
  return stdout
}

async function untilPartition(condition: (partition: PartitionSnapshot) => boolean): Promise<PartitionSnapshot> {
  for (const deadlineMs = Date.now() + WAIT_LIMIT_MS; Date.now() < deadlineMs; ) {
    const snapshot = JSON.parse(await logbook("state")) as ClusterSnapshot
    const partition = snapshot.topics[TOPIC]?.partitions[0]
    if (partition && condition(partition)) return partition
  }
  throw new Error(`Not within ${WAIT_LIMIT_MS} ms: ${condition}`)
}

async function readAll(count: number): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: "audit" })
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  const values: string[] = []
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message: { value } }: { message: { value: Buffer | null } }) => {
      values.push(String(value))
      if (values.length >= count) resolve()
    }
    consumer.run({ eachMessage }).catch(reject)
  })
  await consumer.disconnect()
  return values
}
