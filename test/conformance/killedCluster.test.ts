import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CompressionTypes, Kafka, logLevel } from "kafkajs"
import { afterAll, expect, test } from "vitest"
import { freePorts, type SpawnedCluster, spawnCluster, until } from "./spawnedCluster"

const TOPIC = "orders"
const GROUP = "billing"
const PARTITIONS = 3
const PRODUCERS = 3
/** Acknowledged before the kill, and again after it, of every producer. */
const SENDS = 40
const BATCH = 5

const data = mkdtempSync(join(tmpdir(), "logbook-killed-"))
let cluster: SpawnedCluster | undefined

afterAll(async () => {
  await cluster?.kill()
  rmSync(data, { recursive: true, force: true })
})

test("killed amid a steady produce, a cluster comes back with every acknowledged record once, its commits and its groups", async () => {
  const argv = ["--data", data, "--port", String(await freePorts(3, 24_000))]
  cluster = await spawnCluster(argv)
  const kafka = new Kafka({
    brokers: cluster.address.bootstrap.split(","),
    logLevel: logLevel.NOTHING,
    retry: { retries: 60, initialRetryTime: 100, maxRetryTime: 500 },
  })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 3 }],
    waitForLeaders: true,
  })
  const producers = Array.from({ length: PRODUCERS }, (_, partition) => new SteadyProducer(kafka, partition))
  await Promise.all(producers.map((producer) => producer.start()))
  await until(() => producers.every(({ acknowledged }) => acknowledged.length >= SENDS))
  await consumeAndLeave(kafka)
  const before = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] })

  await cluster.kill()
  // The producers go on: what was under way when the cluster died is sent again, and must not be stored twice.
  const sentBefore = producers.map(({ acknowledged }) => acknowledged.length)
  cluster = await spawnCluster(argv)
  await until(() =>
    producers.every(({ acknowledged }, index) => acknowledged.length >= (sentBefore[index] ?? 0) + SENDS),
  )
  await Promise.all(producers.map((producer) => producer.stop()))

  const stored = await readAll(kafka)
  const { groups } = await admin.describeGroups([GROUP])
  const after = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] })
  await admin.disconnect()
  expect(stored).toEqual(producers.map(({ acknowledged }) => acknowledged.flat()))
  expect(before[0]?.partitions.some(({ offset }) => Number(offset) > 0)).toBe(true)
  expect({ after, groups: groups.map(({ groupId, state }) => ({ groupId, state })) }).toEqual({
    after: before,
    groups: [{ groupId: GROUP, state: "Empty" }],
  })
})

/** Sends batches to one partition, one after the other, until it is stopped. */
class SteadyProducer {
  /** The batches that the cluster has acknowledged, in order. */
  readonly acknowledged: string[][] = []
  readonly #producer
  readonly #partition: number
  #isStopping = false
  #running: Promise<void> = Promise.resolve()

  constructor(kafka: Kafka, partition: number) {
    this.#producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    this.#partition = partition
  }

  async start(): Promise<void> {
    await this.#producer.connect()
    this.#running = this.#send()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#running
    await this.#producer.disconnect()
  }

  async #send(): Promise<void> {
    for (let batch = 0; !this.#isStopping; batch++) {
      const values = Array.from({ length: BATCH }, (_, index) => `${this.#partition}: ${batch}.${index}`)
      await this.#producer.send({
        topic: TOPIC,
        acks: -1,
        compression: batch % 2 === 0 ? CompressionTypes.None : CompressionTypes.GZIP,
        messages: values.map((value) => ({ value, partition: this.#partition })),
      })
      this.acknowledged.push(values)
    }
  }
}

/** A group that has read something of every partition, committed it, and is empty again. */
async function consumeAndLeave(kafka: Kafka): Promise<void> {
  const consumer = kafka.consumer({ groupId: GROUP })
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  const read = new Set<number>()
  await consumer.run({ eachMessage: async ({ partition }) => void read.add(partition) })
  await until(() => read.size === PARTITIONS)
  await consumer.disconnect()
}

/** The values of each partition. */
async function readAll(kafka: Kafka): Promise<string[][]> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(TOPIC)
  await admin.disconnect()
  const total = ends.reduce((sum, { high }) => sum + Number(high), 0)
  const stored: string[][] = Array.from({ length: PARTITIONS }, () => [])
  const consumer = kafka.consumer({ groupId: "reader" })
  await consumer.connect()
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message }) => void stored[partition]?.push(message.value?.toString() ?? ""),
  })
  await until(() => stored.flat().length >= total)
  await consumer.disconnect()
  return stored
}
