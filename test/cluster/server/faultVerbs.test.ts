import { Kafka, logLevel } from "kafkajs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { runCommand } from "../../../src/cli/runCommand"
import { ClusterServer } from "../../../src/cluster/server/clusterServer"
import { parseOptions } from "../../../src/cluster/server/options"
import type { ClusterSnapshot } from "../../../src/contract/snapshot"
import { createFaults, type Faults } from "../../../src/kit/faults"
import type { KitHost } from "../../../src/kit/host"
import { type ControlClient, connectControl } from "../../../src/process/control"

let server: ClusterServer
let control: ControlClient
let kafka: Kafka
let kit: Faults

beforeAll(async () => {
  // Three voters: whichever node is killed, the quorum goes on.
  server = await ClusterServer.start(parseOptions(["--profile", "lessons", "--controllers", "3"]), () => {})
  control = await connectControl(server.address.control)
  kit = createFaults({ cluster: { control: server.address.control } } as KitHost, () => {})
  const retry = { initialRetryTime: 50, retries: 20 }
  kafka = new Kafka({ brokers: server.address.bootstrap.split(","), logLevel: logLevel.NOTHING, retry })
  const admin = kafka.admin()
  await admin.connect()
  const placed = { replicaAssignment: [{ partition: 0, replicas: [1, 2, 3] }] }
  const compacted = [{ name: "cleanup.policy", value: "compact,delete" }]
  await admin.createTopics({
    topics: [
      { topic: "orders", ...placed },
      { topic: "state", ...placed, configEntries: compacted },
    ],
  })
  await admin.disconnect()
})

afterAll(async () => {
  control?.close()
  await server?.stop()
})

/** What `logbook fault` is told, the same from a cell, and what the snapshot then says. */
const verbs: readonly {
  readonly line: string
  readonly cell: (faults: Faults) => Promise<void>
  readonly event: string
  readonly shown?: (now: ClusterSnapshot) => unknown
  readonly mendLine?: string
  readonly mendCell?: (faults: Faults) => Promise<void>
}[] = [
  {
    ...{ line: "kill 3", mendLine: "start 3", event: "node/kill" },
    ...{ cell: (faults) => faults.kill(3), mendCell: (faults) => faults.start(3) },
    shown: ({ nodes }) => nodes[3]?.state === "dead",
  },
  {
    ...{ line: "stop 3", mendLine: "start 3", event: "node/stop" },
    ...{ cell: (faults) => faults.stop(3), mendCell: (faults) => faults.start(3) },
    shown: ({ nodes }) => nodes[3]?.state === "stopped",
  },
  {
    ...{ line: "pause 3", mendLine: "resume 3", event: "node/pause" },
    ...{ cell: (faults) => faults.pause(3), mendCell: (faults) => faults.resume(3) },
    shown: ({ nodes }) => nodes[3]?.state === "paused",
  },
  {
    ...{ line: "cut 2 3", mendLine: "heal 2 3", event: "link/cut" },
    ...{ cell: (faults) => faults.cut(2, 3), mendCell: (faults) => faults.heal(2, 3) },
    shown: ({ links }) => links["2-3"] === "cut",
  },
  {
    ...{ line: "delay clients 3 5", mendLine: "heal clients 3", event: "link/delay" },
    ...{ cell: (faults) => faults.delay("clients", 3, 5), mendCell: (faults) => faults.heal("clients", 3) },
    shown: ({ links }) => links["clients-3"] === 5,
  },
  {
    ...{ line: "freeze 3 orders-0", mendLine: "unfreeze 3 orders-0", event: "replica/freeze" },
    cell: (faults) => faults.freeze(3, "orders", 0),
    mendCell: (faults) => faults.unfreeze(3, "orders", 0),
  },
  ...(["slow", "full", "fail"] as const).map((state) => ({
    ...{ line: `disk 3 ${state}`, mendLine: "disk 3 ok", event: `disk/${state}` },
    cell: (faults: Faults) => faults.disk(3, state),
    mendCell: (faults: Faults) => faults.disk(3, "ok"),
  })),
  {
    ...{ line: "clock 3 60000", mendLine: "clock 3 0", event: "clock/skew" },
    ...{ cell: (faults) => faults.clock(3, 60_000), mendCell: (faults) => faults.clock(3, 0) },
  },
  { line: "run roll state", event: "log/roll", cell: (faults) => faults.run("roll", "state") },
  { line: "run cleaner state-0", event: "log/clean", cell: (faults) => faults.run("cleaner", "state", 0) },
  { line: "run retention state", event: "log/retain", cell: (faults) => faults.run("retention", "state") },
]

describe("each fault of the control API", () => {
  test.each(verbs)("$line: from the command line and from a cell, with its event", async (verb) => {
    const { line, cell, event, shown = () => true, mendLine, mendCell } = verb
    const since = await lastEvent()
    const code = await run(line)
    await until(shown)
    if (mendLine !== undefined) expect(await run(mendLine)).toBe(0)
    await until(isWhole)
    await cell(kit)
    await until(shown)
    await mendCell?.(kit)
    await until(isWhole)
    const events = (await control.request("cluster/events", { since })).events
    const ordered = events.map(({ sequence }) => sequence)
    expect({
      code,
      times: events.filter(({ type, fields }) => type === event && fields.ms !== 0).length,
      isOrdered: ordered.every((sequence, index) => index === 0 || sequence > (ordered[index - 1] ?? 0)),
    }).toEqual({ code: 0, times: 2, isOrdered: true })
  })

  test("disk lose: only of a node that is down, which then fetches everything anew", async () => {
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic: "orders", acks: -1, messages: [{ value: "kept by the others" }] })
    await producer.disconnect()
    const early = await run("disk 3 lose")
    for (const lose of [() => run("disk 3 lose"), () => kit.disk(3, "lose")]) {
      await run("kill 3")
      await lose()
      await run("start 3")
      await until(isWhole)
    }
    const { snapshot } = await control.request("cluster/subscribe", { detail: "full" })
    const ends = snapshot.topics.orders?.partitions[0]?.logEnd ?? {}
    expect([early, ends[3] === ends[1]]).toEqual([1, true])
  })

  test("drop and error: a lost reply and an invented refusal, seen in the trace", async () => {
    const brokers = server.address.bootstrap.split(",")
    // A reply that is lost is missed for as long.
    const impatient = new Kafka({ brokers, logLevel: logLevel.NOTHING, requestTimeout: 1_000 })
    const producer = impatient.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const { trace } = await control.request("trace/start", { filter: { apis: ["Produce"], topics: ["state"] } })
    const send = (value: string) => producer.send({ topic: "state", acks: -1, messages: [{ key: "k", value }] })
    const before = await partitionOf("state")
    const broker = before?.leader ?? -1
    const faults = [
      () => run("error Produce 6 1"),
      () => kit.error("Produce", 6),
      () => run(`drop Produce ${broker} 1`),
      () => kit.drop("Produce", { broker }),
    ]
    for (const [index, inject] of faults.entries()) {
      await inject()
      await send(`value ${index}`)
    }
    await producer.disconnect()
    const { entries } = await control.request("trace/stop", { trace })
    const toClients = entries.filter(({ interBroker }) => !interBroker)
    expect({
      refused: toClients.filter(({ errorCode }) => errorCode === 6).length,
      dropped: toClients.filter(({ dropped }) => dropped).length,
      stored: ((await partitionOf("state"))?.highWatermark ?? 0) - (before?.highWatermark ?? 0),
    }).toEqual({ refused: 2, dropped: 2, stored: faults.length })
  })

  test("run election: the preferred leader leads again", async () => {
    const leads = (id: number) => (now: ClusterSnapshot) => now.topics.orders?.partitions[0]?.leader === id
    for (const elect of [() => run("run election orders-0"), () => kit.elect("orders", 0)]) {
      await run("kill 1")
      await until((now) => !leads(1)(now))
      await run("start 1")
      await until(isWhole)
      await elect()
      await until(leads(1))
    }
    expect((await partitionOf("orders"))?.leader).toBe(1)
  })

  test("what followers fetch from leaders is traced as between brokers", async () => {
    const { trace } = await control.request("trace/start", { filter: { apis: ["Fetch"], topics: ["orders"] } })
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic: "orders", acks: -1, messages: [{ value: "replicated" }] })
    await producer.disconnect()
    const { entries } = await control.request("trace/stop", { trace })
    const pairs = new Set(entries.filter(({ interBroker }) => interBroker).map(({ from, to }) => `${from} ${to}`))
    const leader = (await partitionOf("orders"))?.leader
    const followers = [1, 2, 3].filter((id) => id !== leader)
    expect([...pairs].sort()).toEqual(followers.map((id) => `broker:${id} broker:${leader}`))
  })

  test("wrong usage ends with 2, a refusal with 1", async () => {
    expect([await run("explode 1"), await run("kill"), await run("freeze 1 orders"), await run("kill 9")]).toEqual([
      2, 2, 2, 1,
    ])
  })
})

function run(line: string): Promise<number> {
  return runCommand(["fault", "--control", server.address.control, ...line.split(" ")])
}

/** Nothing is broken any more: all nodes run, and every replica is in sync. */
function isWhole({ nodes, topics, links }: ClusterSnapshot): boolean {
  const partitions = Object.values(topics).flatMap((topic) => Object.values(topic.partitions))
  return (
    Object.values(nodes).every(({ state }) => state === "running") &&
    Object.keys(links).length === 0 &&
    partitions.every(({ isr, replicas }) => isr.length === replicas.length)
  )
}

async function lastEvent(): Promise<number> {
  return (await control.request("cluster/events", { since: 0 })).events.at(-1)?.sequence ?? 0
}

async function partitionOf(topic: string) {
  const { snapshot } = await control.request("cluster/subscribe", { detail: "full", topics: [topic] })
  return snapshot.topics[topic]?.partitions[0]
}

async function until(isRight: (now: ClusterSnapshot) => unknown): Promise<void> {
  for (;;) {
    const { snapshot } = await control.request("cluster/subscribe", { detail: "full" })
    if (isRight(snapshot)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
