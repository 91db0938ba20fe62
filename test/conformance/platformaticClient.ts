import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { Admin, Consumer, GroupProtocols, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka"
import { type Client, isSharedOut, type Outcome, type Task } from "./client"

const groupTimeoutMs = 60_000
const isolationLevels = { read_uncommitted: 0, read_committed: 1 } as const

/**
 * @platformatic/kafka speaks the flexible versions of the protocol and KIP-848, which kafkajs does not. Its
 * read_committed is not asked for: of a producer's aborted transactions in one fetch it hides the last only (2.12.1,
 * Consumer.#filterUncommittedMessages).
 */
export class Platformatic implements Client {
  readonly name = "@platformatic/kafka"
  readonly can = [
    "create",
    "none",
    "gzip",
    "snappy",
    "lz4",
    "zstd",
    "idempotent",
    "offset",
    "time",
    "classic group",
    "consumer group",
    "committed",
    "admin",
    "SASL_SSL",
    "transactional",
    "read_uncommitted",
  ] as const
  readonly speaksTransactions2 = false

  async prepare(): Promise<{ version: string }> {
    // The package exports no package.json: it lies beside the folder of its entry.
    const entry = createRequire(import.meta.url).resolve("@platformatic/kafka")
    return JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8")) as { version: string }
  }

  async run(task: Task): Promise<Outcome> {
    switch (task.command) {
      case "create":
        return await withAdmin(task, async (admin) => {
          const { topic, partitions = 1, replicationFactor = 1 } = task
          await admin.createTopics({ topics: [topic], partitions, replicas: replicationFactor })
          return {}
        })
      case "produce":
        return await produce(task)
      case "consume":
        return await consume(task)
      case "group":
        return await group(task)
      case "committed":
        return await withAdmin(task, committed(task))
      case "admin":
        return await withAdmin(task, administer(task))
      case "transact":
        return await transact(task)
      case "transfers":
        throw new Error(`Nobody asks ${this.name} for ${task.command}.`)
    }
  }
}

async function produce(task: Task): Promise<Outcome> {
  const producer = new Producer({ ...connection(task), serializers: stringSerializers })
  const messages = Array.from({ length: task.count ?? 0 }, (_, index) => ({
    topic: task.topic,
    partition: task.partition ?? 0,
    key: `${task.codec}-${index}`,
    value: `${task.codec} value ${index}`,
  }))
  const { offsets } = await producer.send({
    messages,
    acks: -1,
    compression: task.codec ?? "none",
    idempotent: task.idempotent ?? false,
  })
  await producer.close()
  return { firstOffset: Number(offsets?.[0]?.offset) }
}

async function consume(task: Task): Promise<Outcome> {
  const { topic, partition = 0, count = 0 } = task
  const consumer = new Consumer({
    ...connection(task),
    groupId: `read-${topic}-${Date.now()}`,
    deserializers: stringDeserializers,
  })
  let offset = BigInt(task.offset ?? 0)
  if (task.timestampMs !== undefined) {
    const listed = await consumer.listOffsets({ topics: [topic], timestamp: BigInt(task.timestampMs) })
    offset = listed.get(topic)?.[partition] ?? 0n
  }
  const stream = await consumer.consume({
    topics: [topic],
    mode: "manual",
    offsets: [{ topic, partition, offset }],
    maxWaitTime: 500,
    isolationLevel: isolationLevels[task.isolation ?? "read_uncommitted"],
  })
  const values: string[] = []
  for await (const message of stream) {
    if (message.partition !== partition) continue
    values.push(message.value)
    if (values.length >= count) break
  }
  await consumer.close(true)
  return { values, firstOffset: Number(offset) }
}

/** Without offsets: it takes those from a message that its own consumer has read. */
async function transact(task: Task): Promise<Outcome> {
  const { topic, transactionalId = "" } = task
  // Where nothing is said it claims to be producer 0, which a coordinator that knows another one fences.
  const identity = { idempotent: true, transactionalId, producerId: -1n, producerEpoch: -1 }
  const create = () => new Producer({ ...connection(task), serializers: stringSerializers, ...identity })
  const send = async (transaction: Awaited<ReturnType<typeof first.beginTransaction>>, value: string) => {
    await transaction.send({ messages: [{ topic, partition: 0, key: "key", value }], acks: -1 })
  }
  const first = create()
  const commit = await first.beginTransaction()
  for (const index of [0, 1, 2]) await send(commit, `committed ${index}`)
  await commit.commit()
  const abort = await first.beginTransaction()
  for (const index of [0, 1]) await send(abort, `aborted ${index}`)
  await abort.abort()
  const open = await first.beginTransaction()
  await send(open, "left open")
  const second = create()
  const last = await second.beginTransaction()
  await send(last, "committed 3")
  await last.commit()
  const fenced = await open.commit().then(
    () => false,
    () => true,
  )
  // The transaction that cannot end would be reported again: what matters was seen.
  await first.close(true).catch(() => {})
  await second.close()
  return { fenced }
}

async function group(task: Task): Promise<Outcome> {
  const { topic, partitions = 0, count = 0 } = task
  const seen = new Set<string>()
  const members = await Promise.all([0, 1].map(() => startMember(task, seen)))
  const deadline = Date.now() + groupTimeoutMs
  const readOwned = () =>
    members.map(({ assignments }) => assignments?.find((each) => each.topic === topic)?.partitions ?? [])
  const isDone = () => isSharedOut(readOwned(), partitions) && seen.size >= count
  while (!isDone() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
  const outcome = { assignments: readOwned(), received: seen.size }
  for (const member of members) await member.close(true)
  return outcome
}

async function startMember(task: Task, seen: Set<string>) {
  const protocol = task.protocol === "consumer" ? { groupProtocol: GroupProtocols.CONSUMER } : {}
  const consumer = new Consumer({
    ...connection(task),
    groupId: task.group ?? "",
    deserializers: stringDeserializers,
    ...protocol,
  })
  const stream = await consumer.consume({
    topics: [task.topic],
    mode: "committed",
    fallbackMode: "earliest",
    autocommit: false,
    maxWaitTime: 500,
  })
  stream.on("error", () => undefined)
  stream.on("data", (message) => {
    Promise.resolve(message.commit()).then(
      () => seen.add(`${message.partition}@${message.offset}`),
      // The partition moved to the other member meanwhile: it will read the record again.
      () => undefined,
    )
  })
  return consumer
}

function committed({ topic, group = "" }: Task) {
  return async (admin: Admin): Promise<Outcome> => {
    const [found] = await admin.listConsumerGroupOffsets({ groups: [group] })
    const partitions = found?.topics.find(({ name }) => name === topic)?.partitions ?? []
    return {
      offsets: Object.fromEntries(
        partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]),
      ),
    }
  }
}

function administer({ topic }: Task) {
  return async (admin: Admin): Promise<Outcome> => {
    await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 })
    const resource = { resourceType: 2 as const, resourceName: topic }
    const configs = [{ name: "retention.ms", value: "123456", configOperation: 0 as const }]
    await admin.incrementalAlterConfigs({ resources: [{ ...resource, configs }] })
    const [described] = await admin.describeConfigs({
      resources: [{ ...resource, configurationKeys: ["retention.ms"] }],
    })
    const metadata = await admin.metadata({ topics: [topic] })
    const listed = (await admin.listTopics()).includes(topic)
    await admin.deleteTopics({ topics: [topic] })
    const retentionMs = described?.configs[0]?.value ?? ""
    return { listed, partitions: metadata.topics.get(topic)?.partitionsCount ?? 0, retentionMs }
  }
}

function connection({ bootstrap, security }: Task) {
  const common = { clientId: "conformance", bootstrapBrokers: bootstrap.split(",") }
  if (!security) return common
  const { mechanism, username, password, ca } = security
  return { ...common, tls: { ca: readFileSync(ca, "utf8") }, sasl: { mechanism, username, password } }
}

async function withAdmin<T>(task: Task, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin(connection(task))
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}
