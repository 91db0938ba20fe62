import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Kafka, type KafkaJSProtocolError, logLevel } from "kafkajs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { BrokerConnection } from "../../../src/client/connection"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"
import { selectMoments } from "../../../src/diagram/selectMoments"
import { type ControlClient, connectControl } from "../../../src/process/control"
import { deleteTopics } from "../../../src/protocol/api/20_deleteTopics"

let folder: string
let server: ClusterServer
let control: ControlClient
let kafka: Kafka
const logged: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "logbook-server-"))
  const options = parseOptions(["--data", folder, "--profile", "lessons"])
  server = await ClusterServer.start(options, (line) => logged.push(line))
  control = await connectControl(server.address.control)
  const brokers = server.address.bootstrap.split(",")
  const patience = { connectionTimeout: 60_000, retry: { initialRetryTime: 50, retries: 20 } }
  kafka = new Kafka({ clientId: "tester", brokers, logLevel: logLevel.NOTHING, ...patience })
})

afterAll(async () => {
  control.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** kafkajs deletes nothing while any topic lacks a leader, as one with its only replica on a stopped broker does. */
async function deleteTopic(name: string): Promise<void> {
  const [host = "", port] = server.address.bootstrap.split(/[:,]/)
  const connection = await BrokerConnection.open({ host, port: Number(port) })
  const body = { topics: [{ name }], timeoutMs: 10_000 }
  const { responses } = await connection.request(deleteTopics, 6, body)
  connection.close()
  expect(responses).toMatchObject([{ name, errorCode: 0 }])
}

describe("a cluster as one process", () => {
  test("leaves its address in its data folder", () => {
    expect(JSON.parse(readFileSync(join(folder, "cluster.json"), "utf8"))).toEqual(server.address)
    expect(server.address).toMatchObject({
      pid: process.pid,
      bootstrap: expect.stringMatching(/^(127\.0\.0\.1:\d+,?){3}$/),
    })
  })

  test("refuses a second cluster on its folder, and one on a taken port, with a sentence", async () => {
    const start = (...argv: string[]) => ClusterServer.start(parseOptions(argv), () => {}).catch(String)
    const taken = createServer()
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port))
    })
    const refusals = [await start("--data", folder), await start("--brokers", "1", "--port", String(port))]
    taken.close()
    expect(refusals).toEqual([
      expect.stringContaining(`The folder ${folder} is in use by the cluster with process id ${process.pid}`),
      expect.stringContaining(`Port ${port} on 127.0.0.1 is in use: choose another with --port`),
    ])
  })

  test("shows a produced record in the snapshot, as a patch, and as a trace", async () => {
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({
      topics: [{ topic: "seen", numPartitions: 1, replicationFactor: 3 }],
      waitForLeaders: true,
    })
    await admin.disconnect()
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    await producer.connect()

    const before = (await control.request("cluster/subscribe", { detail: "full", topics: ["seen"] })).snapshot
    const changes: unknown[] = []
    control.onChanged(({ patch }) => changes.push(patch))
    const { trace } = await control.request("trace/start", { filter: { apis: ["Produce"] } })
    await producer.send({ topic: "seen", acks: -1, messages: [{ key: "a", value: "1" }, { value: "2" }] })
    const { entries } = await control.request("trace/stop", { trace })
    await until(() => JSON.stringify(changes).includes('"highWatermark":2'))
    await producer.disconnect()

    const after = (await control.request("cluster/subscribe", { detail: "full", topics: ["seen"] })).snapshot
    const partition = (snapshot: typeof after) => snapshot.topics.seen?.partitions[0]
    expect([partition(before)?.highWatermark, partition(after)?.highWatermark]).toEqual([0, 2])
    expect(partition(after)).toMatchObject({
      leaderEpoch: 0,
      isr: expect.arrayContaining([1, 2, 3]),
      logEnd: { 1: 2, 2: 2, 3: 2 },
      logStart: 0,
      lastStable: 2,
      segments: [{ base: 0, closed: false }],
      waiting: [],
    })
    expect(entries).toMatchObject([
      {
        api: "Produce",
        topic: "seen",
        partition: 0,
        clientId: "tester",
        fields: { acks: -1, records: 2, baseOffset: 0 },
      },
    ])
  })

  test("records what a batch leads to in its order, up to the fetches that confirm it", async () => {
    const admin = kafka.admin()
    await admin.connect()
    const topic = "confirmed"
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 3 }], waitForLeaders: true })
    await admin.disconnect()
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const { trace } = await control.request("trace/start", { filter: { topics: [topic] } })
    await producer.send({ topic, acks: -1, messages: [{ value: "1" }, { value: "2" }] })
    const { entries } = await control.request("trace/stop", { trace })
    await producer.disconnect()

    const moments = selectMoments(entries).map(({ kind, entry: { api, from, fields } }) => {
      if (api !== "Fetch") return `${kind} ${api}`
      return kind === "request" ? `request Fetch ${from} ${fields.fetchOffset}` : `${kind} Fetch ${from}`
    })
    const followers = [1, 2, 3].filter((id) => moments.includes(`reply Fetch broker:${id}`))
    const stories = followers.map((id) => {
      // The first was on its way before; whether it names the partition depends on its fetch session.
      const fetch = `Fetch broker:${id}`
      const story = ["request Produce", `reply ${fetch}`, `request ${fetch} 2`, "reply Produce"]
      return moments.filter((moment) => story.includes(moment)).map((moment) => story.indexOf(moment))
    })
    expect(stories).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ])
  })

  test("tells markers, aborted records and what was compacted away from records", async () => {
    const admin = kafka.admin()
    await admin.connect()
    const configEntries = [
      { name: "cleanup.policy", value: "compact" },
      { name: "min.cleanable.dirty.ratio", value: "0" },
    ]
    await admin.createTopics({ topics: [{ topic: "told", numPartitions: 1, configEntries }], waitForLeaders: true })
    await admin.disconnect()
    const producer = kafka.producer({ transactionalId: "teller", idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const send = async (end: "abort" | "commit", keys: readonly string[]) => {
      const transaction = await producer.transaction()
      await transaction.send({ topic: "told", messages: keys.map((key) => ({ key, value: "v" })) })
      await transaction[end]()
    }
    const told = async () => {
      const { snapshot } = await control.request("cluster/subscribe", { detail: "full", topics: ["told"] })
      const partition = snapshot.topics.told?.partitions[0]
      // The answer to EndTxn comes before the markers are written.
      return partition && partition.lastStable === partition.logEnd[partition.leader] ? partition.newest : undefined
    }
    await send("abort", ["a", "b"])
    await send("commit", ["c", "c"])
    await producer.disconnect()
    const before = await eventually(told, (newest) => newest !== undefined && 5 in newest)
    await control.request("log/roll", { topic: "told" })
    await control.request("log/clean", { topic: "told" })
    expect([before, await told()]).toEqual([
      { 0: "aborted", 2: "abortMarker", 3: "record", 5: "commitMarker" },
      { 0: "compacted", 2: "abortMarker", 3: "compacted", 4: "record", 5: "commitMarker" },
    ])
  })

  test("sets aside on the disk what was deleted while a broker was down", async () => {
    const names = () => readdirSync(join(folder, "node-3")).filter((name) => name.startsWith("stray-"))
    const admin = kafka.admin()
    await admin.connect()
    const topics = ["stray-kept", "stray-gone"]
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 3 })) })
    const producer = kafka.producer()
    await producer.connect()
    await producer.sendBatch({ topicMessages: topics.map((topic) => ({ topic, messages: [{ value: "1" }] })) })
    await producer.disconnect()
    const before = await eventually(
      async () => names(),
      ({ length }) => length === 2,
    )
    await admin.disconnect()
    await control.request("node/stop", { id: 3 })
    await deleteTopic("stray-gone")
    await control.request("node/start", { id: 3 })
    expect([before, names()]).toEqual([
      ["stray-gone-0", "stray-kept-0"],
      [expect.stringMatching(/^stray-gone-0\.[0-9a-f]{32}-stray$/), "stray-kept-0"],
    ])
  })

  test("shows nodes, links, the quorum and the clients", async () => {
    const admin = kafka.admin()
    await admin.connect()
    await admin.listTopics()
    const { snapshot } = await control.request("cluster/subscribe", { detail: "full" })
    await admin.disconnect()
    expect(snapshot).toMatchObject({
      source: "embedded",
      clusterId: server.address.clusterId,
      unknown: [],
      links: {},
      nodes: {
        1: { roles: ["broker", "controller"], host: "127.0.0.1", state: "running" },
        2: { roles: ["broker"], state: "running" },
        3: { roles: ["broker"], state: "running" },
      },
      quorum: { leaderId: 1, epoch: expect.any(Number), voters: { 1: { logEnd: expect.any(Number) } } },
    })
    expect(Object.values(snapshot.clients)).toContainEqual(
      expect.objectContaining({ clientId: "tester", host: "127.0.0.1" }),
    )
  })

  test("answers with the error that was asked for, and goes on", async () => {
    const admin = kafka.admin({ retry: { retries: 0 } })
    await admin.connect()
    await control.request("requests/error", { api: "CreateTopics", count: 1, errorCode: 44 })
    const create = () =>
      admin.createTopics({ topics: [{ topic: "refused", numPartitions: 1 }] }).catch((error: Error) => {
        const [first] = "errors" in error ? (error.errors as KafkaJSProtocolError[]) : []
        return first?.type ?? error.message
      })
    const answers = [await create(), await create()]
    await admin.disconnect()
    expect(answers).toEqual(["POLICY_VIOLATION", true])
    const { events } = await control.request("cluster/events", { since: 0 })
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "requests/error",
        fields: { api: "CreateTopics", count: 1, error: "POLICY_VIOLATION" },
      }),
    )
  })

  test("has a summary of names and counts", async () => {
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: "counted", numPartitions: 1 }], waitForLeaders: true })
    await admin.disconnect()
    const { snapshot } = await control.request("cluster/subscribe", { detail: "summary" })
    expect(snapshot.topics.counted).toEqual({
      id: expect.any(String),
      internal: false,
      configs: {},
      partitions: {},
      partitionCount: 1,
    })
    expect(snapshot.unknown).toContain("topics.*.partitions")
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

async function eventually<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (isThere(value)) return value
    await new Promise((resolve) => setImmediate(resolve))
  }
}
