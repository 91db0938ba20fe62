import type { ClusterSnapshot } from "../../src/contract/snapshot"
import { type Diagram, drawLive } from "../../src/diagram/draw"
import { sequence } from "../../src/diagram/sequence"
import type { CatalogueLanguage } from "../../src/l10n/catalogue"
import { partition, snapshot, trace } from "./snapshots"

/** Every picture that has a fixture, by its name. */
export const pictures: Readonly<Record<string, (language: CatalogueLanguage) => Diagram>> = {
  "partition-log-empty": (language) =>
    drawLive("partition-log", snapshot({ events: [partition(0)] }), { topic: "events", partition: "0" }, language),
  "partition-log": (language) =>
    drawLive(
      "partition-log",
      snapshot(
        {
          events: [
            partition(5, {
              highWatermark: 4,
              lastStable: 3,
              logStart: 1,
              logEnd: { 1: 5, 2: 5, 3: 4 },
              newest: { 1: "record" },
            }),
          ],
        },
        { groups: { readers: group({ "events-0": { committed: 2, metadata: "", lag: 2 } }) } },
      ),
      { topic: "events", partition: "0" },
      language,
    ),
  "partition-log-long": (language) =>
    drawLive("partition-log", snapshot({ events: [partition(1_000)] }), { topic: "events" }, language),
  "partition-log-transactions": (language) =>
    drawLive(
      "partition-log",
      snapshot({
        transfers: [
          partition(9, {
            lastStable: 7,
            newest: {
              0: "aborted",
              3: "abortMarker",
              4: "record",
              6: "commitMarker",
              7: "open",
              8: "record",
            },
          }),
        ],
      }),
      { topic: "transfers", partition: "0" },
      language,
    ),
  "partition-log-compacted": (language) =>
    drawLive(
      "partition-log",
      snapshot(
        {
          profiles: [
            partition(80, { logStart: 2, newest: { 48: "compacted", 70: "record", 72: "compacted", 73: "record" } }),
          ],
        },
        { groups: { readers: group({ "profiles-0": { committed: 60, metadata: "", lag: 20 } }) } },
      ),
      { topic: "profiles", partition: "0" },
      language,
    ),
  "partition-log-tombstones": (language) =>
    drawLive(
      "partition-log",
      compacted({ profiles: [withoutValues] }),
      { topic: "profiles", partition: "0" },
      language,
    ),
  "partition-log-without-values": (language) =>
    drawLive("partition-log", snapshot({ blanks: [withoutValues] }), { topic: "blanks", partition: "0" }, language),
  "partition-log-untold": (language) => {
    const { newest: _, ...log } = partition(3)
    return drawLive("partition-log", snapshot({ events: [log] }), { topic: "events" }, language)
  },
  replication: (language) =>
    drawLive("replication", snapshot({ payments: [partition(7)] }), { topic: "payments", partition: "0" }, language),
  "replication-in-trouble": (language) =>
    drawLive("replication", troubled, { topic: "payments", partition: "0" }, language),
  "replication-without-leader": (language) =>
    drawLive(
      "replication",
      snapshot({ payments: [partition(7, { leader: -1, isr: [], elr: [2], logEnd: { 2: 7 } })] }),
      { topic: "payments", partition: "0" },
      language,
    ),
  topology: (language) => drawLive("topology", snapshot({ events: [partition(3)], empty: [] }), {}, language),
  "topology-combined": (language) => {
    const whole = snapshot({ events: [partition(3)] })
    const roles = ["broker", "controller"] as const
    const nodes = Object.fromEntries(Object.entries(whole.nodes).map(([id, node]) => [id, { ...node, roles }]))
    return drawLive("topology", { ...whole, nodes }, {}, language)
  },
  "topology-in-trouble": (language) => drawLive("topology", troubled, {}, language),
  "consumer-group": (language) => drawLive("consumer-group", grouped, { group: "readers" }, language),
  partitioner: (language) =>
    drawLive("partitioner", snapshot({}), { keys: 'user-1,订单,"quoted" #1', partitions: "3" }, language),
  "transaction-complete": (language) => drawLive("transaction", ended, { transaction: "transfer" }, language),
  transaction: (language) => drawLive("transaction", transacting, { transaction: "transfer" }, language),
  sequence: (language) => sequence(recorded, language),
}

const group = (offsets: Record<string, { committed: number; metadata: string; lag: number }>) => ({
  protocol: "classic" as const,
  state: "Stable",
  epoch: 1,
  assignor: "range",
  members: {},
  offsets,
})

const troubled = (() => {
  const whole = snapshot({
    payments: [
      partition(6, {
        leader: 2,
        leaderEpoch: 3,
        isr: [2],
        elr: [3],
        highWatermark: 5,
        logEnd: { 1: 3, 2: 6, 3: 5 },
        waiting: [{ acks: -1, requiredOffset: 6, sinceMs: 0 }],
      }),
    ],
  })
  const [one, three] = [whole.nodes[1], whole.nodes[3]]
  if (!one || !three) throw new Error("The snapshot has three nodes.")
  return {
    ...whole,
    nodes: { ...whole.nodes, 1: { ...one, state: "dead" as const }, 3: { ...three, state: "paused" as const } },
    links: { "1-2": "cut" as const, "2-3": 200, "clients-3": "cut" as const },
    clients: {
      "7": { clientId: "shop", host: "127.0.0.1", broker: 2, connectedMs: 0 },
      "8": { clientId: "shop", host: "127.0.0.1", broker: 3, connectedMs: 0 },
    },
  }
})()

const grouped = snapshot(
  { orders: [partition(9), partition(4), partition(0)] },
  {
    groups: {
      readers: {
        protocol: "consumer",
        state: "Reconciling",
        epoch: 4,
        assignor: "uniform",
        members: {
          a: { clientId: "app-1", host: "h", epoch: 4, owned: ["orders-0"], target: ["orders-0"] },
          b: { clientId: "app-2", host: "h", epoch: 3, owned: [], target: ["orders-1"] },
          c: { clientId: "", host: "h", epoch: 4, owned: [], target: [] },
        },
        offsets: { "orders-0": { committed: 7, metadata: "", lag: 2 } },
      },
    },
  },
)

const transacting = snapshot(
  { orders: [partition(3)] },
  {
    transactions: {
      transfer: { state: "PrepareCommit", producerId: 4000, epoch: 2, partitions: ["orders-0"], startedMs: 0 },
    },
  },
)

const ended = snapshot(
  { orders: [partition(3)] },
  {
    transactions: {
      transfer: {
        state: "CompleteAbort",
        producerId: 4000,
        epoch: 3,
        partitions: [],
        marked: ["orders-0", "__consumer_offsets-7"],
        startedMs: 0,
      },
    },
  },
)

const withoutValues = partition(6, { newest: { 0: "record", 2: "noValue", 3: "record", 5: "noValue" } })

function compacted(topics: Parameters<typeof snapshot>[0]): ClusterSnapshot {
  const plain = snapshot(topics)
  const configs = { "cleanup.policy": "delete,compact" }
  return {
    ...plain,
    topics: Object.fromEntries(Object.entries(plain.topics).map(([name, topic]) => [name, { ...topic, configs }])),
  }
}

const topic = { topic: "events", partition: 0 }
const recorded = trace([
  { api: "Metadata", topic: "events", fields: {} },
  { ...topic, fields: { acks: -1, records: 1, baseOffset: 3 }, latencyMs: 5.2 },
  { ...topic, from: "broker:2", api: "Fetch", fields: { fetchOffset: 3, bytes: 90 }, interBroker: true },
  { ...topic, from: "broker:3", api: "Fetch", fields: { fetchOffset: 3, bytes: 90 }, interBroker: true },
  { ...topic, atMs: 10, from: "broker:2", api: "Fetch", fields: { fetchOffset: 4, bytes: 0 }, interBroker: true },
  { ...topic, atMs: 11, from: "broker:3", api: "Fetch", fields: { fetchOffset: 4, bytes: 0 }, interBroker: true },
  { ...topic, atMs: 12, from: "broker:2", api: "Fetch", fields: { fetchOffset: 4, bytes: 0 }, interBroker: true },
  { ...topic, atMs: 13, fields: { acks: 1, records: 2 }, errorCode: 6 },
  { ...topic, atMs: 14, to: "broker:2", fields: { acks: 1, records: 2, baseOffset: 4 }, dropped: true },
  { atMs: 15, kind: "state", from: "controller:1", to: "broker:2", api: "LeaderChange" },
])
