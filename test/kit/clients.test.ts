import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { emptyTopics } from "../../src/kit/emptyTopics"
import type { IncomingRecord } from "../../src/kit/records"
import { startTestCluster, TestKit } from "./testCluster"

let cluster: Awaited<ReturnType<typeof startTestCluster>>
let test: TestKit
let names = 0

beforeAll(async () => {
  cluster = await startTestCluster()
})

beforeEach(() => {
  test = TestKit.of(cluster)
  names++
})

afterEach(() => test.close())
afterAll(() => cluster.end())

const named = (name: string) => `${name}-${names}`

async function newTopic(partitions = 1): Promise<string> {
  const admin = await test.kit.createAdmin()
  const topic = named("orders")
  await admin.createTopic(topic, { partitions })
  return topic
}

/** Reads until `count` records came. */
async function read(topic: string, count: number): Promise<IncomingRecord[]> {
  const records: IncomingRecord[] = []
  const consumer = await test.kit.createConsumer(named(`reader-${records.length}-${count}`))
  await consumer.subscribe(topic, (record) => records.push(record))
  await test.kit.until(() => records.length >= count)
  await consumer.close()
  return records
}

describe("producer", () => {
  it("tells the place of each record, and what it sent comes back as it was", async () => {
    const topic = await newTopic(3)
    const producer = await test.kit.createProducer()
    const places = await producer.send(topic, [
      {
        key: "user-123",
        value: { paid: true },
        headers: { source: "shop", hop: ["a", "b"] },
        timestamp: 1_700_000_000_000,
      },
      { key: "order-42", value: "text" },
      { key: "user-123", value: null },
      { key: "x", value: Buffer.from([0, 255]), partition: 1 },
    ])
    expect(places).toEqual([
      { topic, partition: 2, offset: 0 },
      { topic, partition: 0, offset: 0 },
      { topic, partition: 2, offset: 1 },
      { topic, partition: 1, offset: 0 },
    ])
    const records = await read(topic, 4)
    const [first, tombstone] = records.filter(({ partition }) => partition === 2)
    expect(first).toMatchObject({
      key: "user-123",
      headers: { source: "shop", hop: ["a", "b"] },
      timestamp: 1_700_000_000_000,
    })
    expect([first?.json(), tombstone?.value]).toEqual([{ paid: true }, null])
    expect(records.find(({ partition }) => partition === 1)?.bytes.value).toEqual(Buffer.from([0, 255]))
  })

  it.each(["gzip", "snappy", "lz4", "zstd"] as const)("packs with %s, and kafkajs unpacks it", async (compression) => {
    const topic = await newTopic()
    const producer = await test.kit.createProducer({ compression })
    await producer.sendSync(
      topic,
      Array.from({ length: 50 }, (_, index) => ({ value: `the same text, ${index}` })),
    )
    expect((await read(topic, 50)).map(({ value }) => value)).toEqual(
      Array.from({ length: 50 }, (_, index) => `the same text, ${index}`),
    )
  })

  it("calls back with the error or the places, and counts both", async () => {
    const topic = await newTopic()
    const producer = await test.kit.createProducer({ retries: 0, namespace: "shop" })
    const calls: unknown[] = []
    for (let index = 0; index < 8; index++) await producer.send(topic, { value: "ok" }, (error) => calls.push(error))
    for (let index = 0; index < 2; index++) {
      await producer.send(named("absent"), { value: "no" }, (error) => calls.push((error as Error).name))
    }
    expect(calls.slice(0, 8)).toEqual(Array(8).fill(null))
    expect(calls.slice(8)).toHaveLength(2)
    const counts = { success_rate: 80, total_messages: 10, failed_messages: 2 }
    expect([producer.metrics(), test.kit.metrics.all().producers]).toEqual([counts, { shop: counts }])
    expect(test.kit.metrics.prometheus()).toContain('messages_sent_total{client="shop",status="failed"} 2\n')
  })

  it("chooses partitions by the partitioner given, and refuses what is none", async () => {
    const topic = await newTopic(3)
    const { partitioners, createProducer } = test.kit
    const crc32 = await createProducer({ partitioner: partitioners.crc32 })
    const [user123, user456] = await crc32.send(topic, [
      { key: "user-123", value: 1 },
      { key: "user-456", value: 2 },
    ])
    expect([user123?.partition, user456?.partition]).toEqual([0, 1])
    const region = await createProducer({ partitioner: partitioners.region() })
    await expect(region.send(topic, { value: 1, headers: { region: "west" } })).rejects.toThrow(
      /chose partition 3, but .* has only 3/,
    )
    const sticky = await createProducer({ partitioner: partitioners.sticky() })
    const places = await sticky.send(
      topic,
      Array.from({ length: 9 }, () => ({ value: "x" })),
    )
    expect(new Set(places.map(({ partition }) => partition)).size).toBe(1)
  })
})

describe("handler contract", () => {
  it("commits what resolves, gives what rejects again, and sends it to the dead-letter topic in the end", async () => {
    const topic = await newTopic()
    const groupId = named("billing")
    const producer = await test.kit.createProducer()
    await producer.send(
      topic,
      ["good", "flaky", "poison", "after"].map((value) => ({ key: value, value, headers: { a: "1" } })),
    )
    const seen: string[] = []
    const consumer = await test.kit.createConsumer({ groupId, retries: 2, retryBackoffMs: 5, namespace: "billing" })
    await consumer.subscribe(topic, ({ value }, { attempt }) => {
      seen.push(`${value} ${attempt}`)
      if (value === "poison" || (value === "flaky" && attempt === 1)) throw new TypeError(`cannot handle ${value}`)
      return value === "after" ? "duplicate" : undefined
    })
    await test.kit.until(() => seen.includes("after 1"))
    const admin = await test.kit.createAdmin()
    await test.kit.until(async () => (await admin.groupLag(groupId, topic))[0]?.lag === 0)
    expect(seen).toEqual(["good 1", "flaky 1", "flaky 2", "poison 1", "poison 2", "poison 3", "after 1"])
    expect(consumer.metrics()).toEqual({
      success_rate: (3 / 7) * 100,
      total_messages: 7,
      failed_messages: 4,
      processed: { success: 2, duplicate: 1 },
      retried: 3,
      dead_lettered: 1,
      rebalances: 0,
      lag: 0,
      lag_by_partition: { [`${topic}-0`]: 0 },
    })
    expect(test.kit.metrics.prometheus()).toContain('messages_processed_total{client="billing",status="duplicate"} 1\n')
    await consumer.close()
    const [letter] = await read(`${topic}.dead-letter`, 1)
    expect(letter).toMatchObject({
      key: "poison",
      value: "poison",
      headers: {
        a: "1",
        "x-original-topic": topic,
        "x-original-partition": "0",
        "x-original-offset": "2",
        "x-error-name": "TypeError",
        "x-error-message": "cannot handle poison",
        "x-attempts": "3",
      },
    })
  })

  it("goes on where the group stopped, and closing waits for the handler under way", async () => {
    const topic = await newTopic()
    const groupId = named("shipping")
    const producer = await test.kit.createProducer()
    await producer.send(topic, [{ value: "1" }, { value: "2" }])
    const finished: unknown[] = []
    const first = await test.kit.createConsumer({ groupId, commitEvery: 100, commitIntervalMs: 60_000 })
    let entered = false
    await first.subscribe(topic, async ({ value }) => {
      entered = true
      await new Promise((resolve) => setTimeout(resolve, 50))
      finished.push(value)
    })
    await test.kit.until(() => entered)
    await first.close()
    const afterClose = [...finished]
    const second = await test.kit.createConsumer(groupId)
    const rest: unknown[] = []
    await second.subscribe(topic, ({ value }) => rest.push(value))
    await producer.send(topic, { value: "3" })
    await test.kit.until(() => rest.includes("3"))
    expect([afterClose[0], [...afterClose, ...rest]]).toEqual(["1", ["1", "2", "3"]])
  })
})

describe("trace", () => {
  it("carries one id from the caller over two topics into every handler and its log", async () => {
    const [source, sink] = [await newTopic(), named("sink")]
    const admin = await test.kit.createAdmin()
    await admin.createTopic(sink)
    const { trace, createConsumer, createProducer } = test.kit
    const producer = await createProducer()
    const ids: (string | undefined)[] = []
    const hop = await createConsumer(named("hop"))
    await hop.subscribe(source, async ({ value }) => {
      ids.push(trace.current()?.traceId)
      await producer.send(sink, { value })
    })
    const end = await createConsumer(named("end"))
    await end.subscribe(sink, (record) => {
      ids.push(trace.current()?.traceId, record.headers["X-Trace-ID"] as string)
    })
    await trace.run(() => producer.send(source, { value: "x" }), "abc123")
    await test.kit.until(() => ids.length === 3)
    expect(ids).toEqual(["abc123", "abc123", "abc123"])
  })
})

describe("admin", () => {
  it("creates one and many, knows what exists, lists, describes, grows and deletes", async () => {
    const admin = await test.kit.createAdmin()
    const topic = named("user.events")
    const created = [
      await admin.createTopic(topic, { partitions: 2, replicationFactor: 3 }),
      await admin.createTopic(topic),
    ]
    const examples = await admin.createExampleTopics()
    const { addPartitions, describeTopic } = admin
    await addPartitions(topic, 4)
    const partitions = await describeTopic(topic)
    expect({
      created,
      examples,
      again: await admin.createExampleTopics(),
      listed: (await admin.listTopics()).includes(topic),
      partitions: partitions.map(({ partition, isr }) => [partition, isr.length]),
    }).toEqual({
      created: [true, false],
      examples: ["example.user.events", "example.test-topic", "example.performance", "example.dead-letter"],
      again: [],
      listed: true,
      partitions: [
        [0, 3],
        [1, 3],
        [2, 3],
        [3, 3],
      ],
    })
    await admin.deleteTopic(topic, named("absent"), ...examples)
    expect(await admin.topicExists(topic)).toBe(false)
    await expect(admin.createTopic(named("too-many"), { replicationFactor: 4 })).rejects.toThrow()
  })
})

describe("the topics of an exercise that is reset", () => {
  it("are empty, and otherwise as they were", async () => {
    const topic = await newTopic()
    const admin = await test.kit.createAdmin()
    await admin.recreateTopic(topic, { partitions: 2, replicationFactor: 1, configs: { "retention.ms": "7000" } })
    await (await test.kit.createProducer()).send(topic, [{ value: "a" }, { value: "b" }])
    await emptyTopics(test.kit, [topic, "never-there"])
    const { resources } = await admin.kafkajs.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: topic, configNames: ["retention.ms"] }],
    })
    expect([
      await admin.countRecords(topic),
      (await admin.describeTopic(topic)).map(({ replicas }) => replicas.length),
      resources[0]?.configEntries[0]?.configValue,
    ]).toEqual([0, [1, 1], "7000"])
  })
})

describe("health", () => {
  it("proves a write", async () => {
    const { ok, checks } = await test.kit.health()
    expect([ok, checks.map(({ name, ok: passed }) => [name, passed])]).toEqual([
      true,
      [
        ["connect", true],
        ["metadata", true],
        ["leaders", true],
        ["write", true],
      ],
    ])
  })

  it("tells that a broker which answers a ping refuses to write", async () => {
    const admin = await test.kit.createAdmin()
    const topic = named("strict")
    await admin.createTopic(topic, { replicationFactor: 1, configs: { "min.insync.replicas": 2 } })
    // The effective minimum is at most the number of replicas, so an error of the broker stands for the outage.
    const producer = await test.kit.createProducer()
    await producer.ping()
    await test.kit.faults.error("Produce", 19, { topic, count: 50 })
    const report = await test.kit.health({ topic })
    await test.kit.faults.error("Produce", 19, { topic, count: 0 })
    expect([report.ok, report.checks.find(({ ok }) => !ok)]).toMatchObject([
      false,
      { name: "write", detail: expect.stringMatching(/replicas/i) },
    ])
  })
})

describe("request", () => {
  it("speaks any API in any version, by name or key, to the broker named", async () => {
    const topic = await newTopic(2)
    const { request } = test.kit
    const versions = await request("ApiVersions", 3, { clientSoftwareName: "logbook", clientSoftwareVersion: "1" })
    const newest = await request(3, "latest", { topics: [{ name: topic }] })
    const old = await request("Metadata", 1, { topics: [{ name: topic }] }, { broker: 2 })
    const partitions = (answer: Readonly<Record<string, unknown>>) =>
      (answer.topics as { name: string; partitions: unknown[] }[])[0]?.partitions.length
    expect([versions.errorCode, partitions(newest), partitions(old)]).toEqual([0, 2, 2])
    await expect(request("Metadata", 99)).rejects.toThrow(/version 99 is not known here/)
    await expect(request("Nonsense", 0)).rejects.toThrow(/no API "Nonsense"/)
    await expect(request("Metadata", 1, { topics: [] }, { broker: 9 })).rejects.toThrow(/no broker 9/)
  })
})

describe("sequence", () => {
  it("records the requests of an action, for the picture of that name", async () => {
    const topic = await newTopic()
    const producer = await test.kit.createProducer()
    const places = await test.kit.sequence.record("one-send", () => producer.send(topic, { value: "x" }), {
      apis: ["Produce"],
    })
    const entries = test.recorded.get("one-send") ?? []
    expect([places.length, entries.map(({ api, topic: name }) => [api, name])]).toEqual([1, [["Produce", topic]]])
    expect(test.kit.sequence.entries("one-send")).toBe(entries)
  })
})

describe("a cluster of others", () => {
  it("prefixes names, deletes only what is the reader's, and writes nothing where it is read-only", async () => {
    const bootstrap = cluster.bootstrap.split(",")
    const topic = await newTopic()
    const guest = new TestKit({ bootstrap, kind: "connected", prefix: "ann." })
    const reader = new TestKit({ bootstrap, kind: "connected", prefix: "ann.", readOnly: true })
    expect([guest.kit.topic("orders"), guest.kit.group("g"), guest.kit.faults.isAvailable]).toEqual([
      "ann.orders",
      "ann.g",
      false,
    ])
    const admin = await guest.kit.createAdmin()
    await expect(admin.deleteTopic(topic)).rejects.toThrow(/is not yours/)
    await expect(guest.kit.faults.kill(1)).rejects.toThrow(/Only the embedded cluster/)
    const producer = await reader.kit.createProducer()
    await expect(producer.send(topic, { value: 1 })).rejects.toThrow(/read-only/)
    await expect((await reader.kit.createAdmin()).createTopic("ann.x")).rejects.toThrow(/read-only/)
    await Promise.all([guest.close(), reader.close()])
  })

  it("changes nothing outside of the prefix, by any way that a client or a raw request offers", async () => {
    const bootstrap = cluster.bootstrap.split(",")
    const topic = await newTopic()
    const guest = new TestKit({ bootstrap, kind: "connected", prefix: "ann." })
    const { createAdmin, request } = guest.kit
    const { kafkajs } = await createAdmin()
    const tries = [
      () => kafkajs.createTopics({ topics: [{ topic: "bob.x" }] }),
      () => kafkajs.createPartitions({ topicPartitions: [{ topic, count: 9 }] }),
      () => kafkajs.deleteTopics({ topics: ["ann.x", topic] }),
      () => kafkajs.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "-1" }] }),
      () => kafkajs.deleteGroups(["bob"]),
      () => kafkajs.setOffsets({ groupId: "bob", topic, partitions: [] }),
      () => kafkajs.resetOffsets({ groupId: "bob", topic, earliest: true }),
      () => kafkajs.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries: [] }] }),
      () => request("DeleteTopics", 1, { topicNames: [topic], timeoutMs: 1_000 }),
      () => request(21, 0, {}),
    ]
    for (const attempt of tries) await expect(attempt(), String(attempt)).rejects.toThrow(/not yours|others use/)
    const mine = guest.kit.topic("mine")
    expect(await kafkajs.createTopics({ topics: [{ topic: mine }] })).toBe(true)
    await kafkajs.deleteTopics({ topics: [mine] })
    await guest.close()
  })

  it("is read through a read-only connection, in a group that it leaves no offset in", async () => {
    const topic = await newTopic()
    const owner = await test.kit.createProducer()
    await owner.send(topic, [{ value: "a" }, { value: "b" }])
    const reader = new TestKit({
      bootstrap: cluster.bootstrap.split(","),
      kind: "connected",
      prefix: "ann.",
      readOnly: true,
    })
    const seen: unknown[] = []
    const groupId = reader.kit.group("look")
    const consumer = await reader.kit.createConsumer(groupId)
    await consumer.subscribe(topic, ({ value }) => seen.push(value))
    await reader.kit.until(() => seen.length === 2)
    await consumer.close()
    const committed = await (await test.kit.createAdmin()).kafkajs.fetchOffsets({ groupId, topics: [topic] })
    expect(committed.flatMap(({ partitions }) => partitions.filter(({ offset }) => offset !== "-1"))).toEqual([])
    await expect(reader.kit.createConsumer("somebody-else")).rejects.toThrow(/not yours/)
    await expect(reader.kit.request("Produce", 3, {})).rejects.toThrow(/read-only: Produce is not sent/)
    expect(await reader.kit.request("metadata", 1, { topics: [] })).toMatchObject({ topics: [] })
    await reader.close()
  })
})
