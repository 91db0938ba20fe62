import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Kafka, type KafkaJSProtocolError, logLevel } from "kafkajs"
import { afterEach, expect, test } from "vitest"
import { connectControl } from "../../src/process/control"
import { type SpawnedCluster, spawnCluster, trySpawning, until } from "./spawnedCluster"

/** The system's user who owns nothing: root would be let into any folder. */
const NOBODY = 65_534
const TOPIC = "orders"

let data = newFolder()
let cluster: SpawnedCluster | undefined

afterEach(async () => {
  await cluster?.kill()
  cluster = undefined
  rmSync(data, { recursive: true, force: true })
  data = newFolder()
})

test("a second cluster on one folder is refused with a sentence that names the first", async () => {
  cluster = await spawnCluster(["--data", data, "--brokers", "1"])
  const { pid, control } = cluster.address
  expect(await trySpawning(["--data", data, "--brokers", "1"])).toEqual({
    code: 1,
    said:
      `The folder ${data} is in use by the cluster with process id ${pid} (control: ${control}): ` +
      "stop that one first, or choose another folder with --data.",
  })
})

test("a folder that may not be written is refused with its path and what to do", async () => {
  chmodSync(data, 0o555)
  const user = process.getuid?.() === 0 ? { uid: NOBODY } : {}
  const whole = await trySpawning(["--data", data, "--brokers", "1"], user)
  expect(whole).toEqual({ code: 1, said: expect.stringMatching(`^The folder ${data} cannot be written: EACCES`) })

  // The folder is fine, the only node's part of it is not.
  chmodSync(data, 0o755)
  const nodeFolder = join(data, "node-1")
  mkdirSync(nodeFolder)
  chmodSync(nodeFolder, 0o555)
  if ("uid" in user) chownSync(data, NOBODY, NOBODY)
  const part = await trySpawning(["--data", data, "--brokers", "1"], user)
  expect(part).toEqual({
    code: 1,
    said: expect.stringMatching(
      `^The broker may not use this file: check its owner and permissions\\. .*${nodeFolder}`,
    ),
  })
})

test("a node whose folder is another's stays down, is named, and the others serve", async () => {
  const nodeFolder = join(data, "node-2")
  mkdirSync(nodeFolder)
  const stranger = ["version=1", "cluster.id=another", "node.id=9", "directory.id=AAAAAAAAAAAAAAAAAAAAAQ"].join("\n")
  writeFileSync(join(nodeFolder, "meta.properties"), `${stranger}\n`)
  cluster = await spawnCluster(["--data", data])
  await until(
    () => cluster?.logged.some((line) => line.startsWith("node 2: its log dir is offline: The folder")) ?? false,
  )
  expect(await produce(cluster, 3)).toEqual([0, 1, 2])
})

test("a full disk takes the node's log dir offline with KAFKA_STORAGE_ERROR, and the others go on", async () => {
  cluster = await spawnCluster(["--data", data, "--brokers", "3", "--config", "default.replication.factor=1"])
  const kafka = clientOf(cluster)
  const admin = kafka.admin({ retry: { retries: 0 } })
  await admin.connect()
  const assignments = [2, 3].map((id, partition) => ({ partition, replicas: [id] }))
  await admin.createTopics({ topics: [{ topic: TOPIC, replicaAssignment: assignments }], waitForLeaders: true })
  await admin.disconnect()
  const control = await connectControl(cluster.address.control)
  await control.request("disk/full", { broker: 2 })
  const producer = kafka.producer({ retry: { retries: 0 } })
  await producer.connect()
  const send = (partition: number) =>
    producer.send({ topic: TOPIC, messages: [{ partition, value: "x" }] }).then(
      ([sent]) => sent?.errorCode,
      (error: Error) => (error.cause as KafkaJSProtocolError | undefined)?.type,
    )
  const answers = [await send(0), await send(1)]
  await producer.disconnect()
  const { events } = await control.request("cluster/events", { since: 0 })
  control.close()
  expect({
    answers,
    event: events.filter(({ type }) => type === "logDirOffline").map(({ node, fields }) => [node, fields.error]),
    logged: cluster.logged.filter((line) => line.startsWith("node 2: its log dir is offline: The disk is full")).length,
    isAlive: cluster.child.exitCode,
  }).toEqual({ answers: ["KAFKA_STORAGE_ERROR", 0], event: [[2, "ENOSPC"]], logged: 1, isAlive: null })
})

test("a damaged segment takes its log dir offline and says which file and what to do; the other replicas serve", async () => {
  // The readers' group must be had while a broker is fenced.
  const argv = ["--data", data, "--config", "offsets.topic.replication.factor=1"]
  cluster = await spawnCluster(argv)
  const sent = await produce(cluster, 20)
  await cluster.stop()
  // The controller's node stops last, and alone is in the ISR then: the others' copies may be lost.
  const file = join(data, "node-2", `${TOPIC}-0`, "00000000000000000000.log")
  const bytes = readFileSync(file)
  bytes.fill(0xff, 0, 61)
  writeFileSync(file, bytes)

  cluster = await spawnCluster(argv)
  const consumer = clientOf(cluster).consumer({ groupId: "readers" })
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  const read: number[] = []
  await consumer.run({ eachMessage: async ({ message }) => void read.push(Number(message.offset)) })
  await until(() => read.length >= sent.length)
  await consumer.disconnect()
  const pattern = `^node 2: its log dir is offline: The segment is damaged at byte 0: remove .*${file}`
  expect({ read, logged: cluster.logged.filter((line) => new RegExp(pattern).test(line)).length }).toEqual({
    read: sent,
    logged: 1,
  })
  expect(existsSync(file) && readdirSync(data)).toContain("cluster.json")
})

/** The offsets of some records, sent one by one. */
async function produce(to: SpawnedCluster, count: number): Promise<number[]> {
  const kafka = clientOf(to)
  const admin = kafka.admin()
  await admin.connect()
  const up = (await admin.describeCluster()).brokers.length
  await admin.createTopics({
    topics: [{ topic: TOPIC, numPartitions: 1, replicationFactor: up }],
    waitForLeaders: true,
  })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  const offsets: number[] = []
  for (let index = 0; index < count; index++) {
    const [sent] = await producer.send({ topic: TOPIC, messages: [{ value: `order ${index}` }] })
    offsets.push(Number(sent?.baseOffset))
  }
  await producer.disconnect()
  return offsets
}

function clientOf({ address }: SpawnedCluster): Kafka {
  return new Kafka({ brokers: address.bootstrap.split(","), logLevel: logLevel.NOTHING })
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "logbook-refused-"))
}
