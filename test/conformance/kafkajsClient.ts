import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import {
  CompressionTypes,
  ConfigResourceTypes,
  type Consumer,
  Kafka,
  type KafkaConfig,
  logLevel,
  type SASLOptions,
} from "kafkajs"
import { type Client, isSharedOut, type Outcome, type Task } from "./client"
import { makeTransfers, transact } from "./kafkajsTransactions"

/** How long a group may take to share its partitions out and read what is there. */
const groupTimeoutMs = 60_000

/** kafkajs has gzip built in; the other codecs are packages of others, registered by who uses them. */
export class Kafkajs implements Client {
  readonly name = "kafkajs"
  readonly can = [
    "create",
    "none",
    "gzip",
    "idempotent",
    "offset",
    "time",
    "classic group",
    "committed",
    "admin",
    "SASL_SSL",
    "transactional",
    "read_committed",
    "read_uncommitted",
  ] as const
  readonly speaksTransactions2 = false

  async prepare(): Promise<{ version: string }> {
    return createRequire(import.meta.url)("kafkajs/package.json") as { version: string }
  }

  async run(task: Task): Promise<Outcome> {
    const kafka = new Kafka(connection(task))
    switch (task.command) {
      case "create":
        return await this.create(kafka, task)
      case "produce":
        return await this.produce(kafka, task)
      case "consume":
        return await this.consume(kafka, task)
      case "group":
        return await this.group(kafka, task)
      case "committed":
        return await this.committed(kafka, task)
      case "admin":
        return await this.administer(kafka, task)
      case "transact":
        return await transact(kafka, task)
      case "transfers":
        return await makeTransfers(kafka, task)
    }
  }

  private async create(kafka: Kafka, { topic, partitions = 1, replicationFactor = 1 }: Task): Promise<Outcome> {
    return await withAdmin(kafka, async (admin) => {
      await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor }] })
      return {}
    })
  }

  private async produce(kafka: Kafka, task: Task): Promise<Outcome> {
    const producer = kafka.producer({ idempotent: task.idempotent ?? false })
    await producer.connect()
    const messages = Array.from({ length: task.count ?? 0 }, (_, index) => ({
      key: `${task.codec}-${index}`,
      value: `${task.codec} value ${index}`,
      ...(task.partition === undefined ? {} : { partition: task.partition }),
    }))
    const compression = task.codec === "gzip" ? CompressionTypes.GZIP : CompressionTypes.None
    const [sent] = await producer.send({ topic: task.topic, acks: -1, compression, messages })
    await producer.disconnect()
    return { firstOffset: Number(sent?.baseOffset) }
  }

  private async consume(kafka: Kafka, task: Task): Promise<Outcome> {
    const { topic, partition = 0, count = 0 } = task
    const offset = task.timestampMs === undefined ? String(task.offset) : await offsetAt(kafka, task)
    const consumer = kafka.consumer({
      groupId: `read-${topic}-${Date.now()}`,
      maxWaitTimeInMs: 500,
      readUncommitted: task.isolation !== "read_committed",
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    const values: string[] = []
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`only ${values.length} of ${count} records came`)),
        groupTimeoutMs,
      )
      consumer
        .run({
          autoCommit: false,
          eachMessage: async (message) => {
            if (message.partition !== partition || BigInt(message.message.offset) < BigInt(offset)) return
            values.push(message.message.value?.toString() ?? "")
            if (values.length < count) return
            clearTimeout(timer)
            resolve()
          },
        })
        // Everything may have come from the beginning before the group was ready to be sent elsewhere.
        .then(() => values.length < count && consumer.seek({ topic, partition, offset }), reject)
    })
    await consumer.disconnect()
    return { values: values.slice(0, count), firstOffset: Number(offset) }
  }

  private async group(kafka: Kafka, { topic, group = "", partitions = 0, count = 0 }: Task): Promise<Outcome> {
    const owned: number[][] = [[], []]
    const seen = new Set<string>()
    const members: Consumer[] = []
    for (const member of [0, 1]) {
      const consumer = kafka.consumer({ groupId: group })
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        owned[member] = payload.memberAssignment[topic] ?? []
      })
      await consumer.connect()
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      await consumer.run({
        eachMessage: async ({ partition, message }) => {
          seen.add(`${partition}@${message.offset}`)
        },
      })
      members.push(consumer)
    }
    const deadline = Date.now() + groupTimeoutMs
    const isDone = () => isSharedOut(owned, partitions) && seen.size >= count
    while (!isDone() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
    const outcome = { assignments: owned.map((partitions) => [...partitions]), received: seen.size }
    for (const consumer of members) await consumer.disconnect()
    return outcome
  }

  private async committed(kafka: Kafka, { topic, group = "" }: Task): Promise<Outcome> {
    return await withAdmin(kafka, async (admin) => {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      const partitions = found?.partitions.filter(({ offset }) => Number(offset) >= 0) ?? []
      return { offsets: Object.fromEntries(partitions.map(({ partition, offset }) => [partition, Number(offset)])) }
    })
  }

  private async administer(kafka: Kafka, { topic }: Task): Promise<Outcome> {
    return await withAdmin(kafka, async (admin) => {
      await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }] })
      const resource = { type: ConfigResourceTypes.TOPIC, name: topic }
      const configEntries = [{ name: "retention.ms", value: "123456" }]
      await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] })
      const asked = [{ ...resource, configNames: ["retention.ms"] }]
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: asked })
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      const listed = (await admin.listTopics()).includes(topic)
      await admin.deleteTopics({ topics: [topic] })
      const retentionMs = resources[0]?.configEntries[0]?.configValue ?? ""
      return { listed, partitions: topics[0]?.partitions.length ?? 0, retentionMs }
    })
  }
}

function connection({ bootstrap, security }: Task): KafkaConfig {
  // Brokers may die amid the work: its retries must outlast an election.
  const retry = { initialRetryTime: 50, retries: 20 }
  const common = { clientId: "conformance", brokers: bootstrap.split(","), logLevel: logLevel.NOTHING, retry }
  if (!security) return common
  const { mechanism, username, password, ca } = security
  const sasl = { mechanism: mechanism.toLowerCase(), username, password } as SASLOptions
  return { ...common, ssl: { ca: readFileSync(ca, "utf8") }, sasl }
}

async function offsetAt(kafka: Kafka, { topic, partition, timestampMs }: Task): Promise<string> {
  return await withAdmin(kafka, async (admin) => {
    const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, timestampMs)
    return offsets.find((each) => each.partition === partition)?.offset ?? "0"
  })
}

async function withAdmin<T>(kafka: Kafka, work: (admin: ReturnType<Kafka["admin"]>) => Promise<T>): Promise<T> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}
