import { type Admin, Kafka, logLevel, Partitioners } from "kafkajs"
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest"
import type { ClusterProcess } from "../../src/process/cluster"
import { startTestCluster } from "../kit/testCluster"
import { buildKernel, TestKernel } from "./kernelBundle"

let bundle: Awaited<ReturnType<typeof buildKernel>>
let cluster: ClusterProcess & { end(): Promise<void> }
let admin: Admin
let kernel: TestKernel

/** Joining takes a moment, as on a cluster with Kafka's defaults: time enough to interrupt it. */
const JOIN_MS = 600

/** The process has ended, and its groups know. */
const RESTART_LIMIT_MS = 1_500

beforeAll(async () => {
  bundle = await buildKernel()
  cluster = await startTestCluster({ brokers: 3, configs: { "group.initial.rebalance.delay.ms": String(JOIN_MS) } })
  const brokers = cluster.bootstrap.split(",")
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: "orders", numPartitions: 3 }], waitForLeaders: true })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic: "orders", messages: [{ value: "1" }] })
  await producer.disconnect()
}, 60_000)
afterAll(async () => {
  await admin.disconnect()
  await cluster.end()
  bundle.remove()
})
beforeEach(async () => {
  kernel = await TestKernel.start(bundle.path, {
    cluster: { kind: "embedded", bootstrap: cluster.bootstrap.split(","), prefix: "", readOnly: false },
  })
})
afterEach(() => kernel.stop())

/** A consumer with a long session: only one that says goodbye is gone before it ends. */
const consume = (groupId: string, eachMessage = "async () => {}") => `import { Kafka } from "kafkajs"
import { connection } from "kit"
const consumer = new Kafka(connection()).consumer({ groupId: "${groupId}", sessionTimeout: 300_000, rebalanceTimeout: 300_000 })
await consumer.connect()
await consumer.subscribe({ topics: ["orders"], fromBeginning: true })
const joined = new Promise((resolve) => consumer.on("consumer.group_join", resolve))
console.log("joining")
await consumer.run({ autoCommit: false, eachMessage: ${eachMessage} })
await joined
console.log("joined")`

async function members(groupId: string): Promise<string[]> {
  const { groups } = await admin.describeGroups([groupId])
  return groups.flatMap((group) => group.members.map(({ memberId }) => memberId))
}

async function membersOnceThere(groupId: string, count: number): Promise<string[]> {
  await expect.poll(() => members(groupId), { timeout: 20_000, interval: 50 }).toHaveLength(count)
  return members(groupId)
}

/** How long it takes from an event until the group has no member. */
async function msUntilEmpty(groupId: string, event: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await event()
  await membersOnceThere(groupId, 0)
  return performance.now() - started
}

it("closes the consumer of a cell when it runs again and when it is interrupted", async () => {
  await kernel.run(consume("again"), { cell: "consumer" })
  const [first] = await membersOnceThere("again", 1)

  const { ms } = await kernel.run(consume("again"), { cell: "consumer" })
  const [second] = await membersOnceThere("again", 1)
  expect(second).not.toBe(first)
  // Its fetch waits at the broker for five seconds (kafkajs: maxWaitTimeInMs).
  expect(ms).toBeLessThan(3_000)

  const endless = kernel.run(`${consume("again")}\nawait new Promise(() => {})`, { cell: "consumer" })
  await kernel.untilOutput(() => kernel.text("consumer").includes("joined"))
  expect(await msUntilEmpty("again", () => kernel.process.interrupt())).toBeLessThan(RESTART_LIMIT_MS)
  expect((await endless).status).toBe("interrupted")
}, 60_000)

it("leaves the group at once when the kernel restarts", async () => {
  await kernel.run(consume("restarted"), { cell: "consumer" })
  await membersOnceThere("restarted", 1)
  expect(await msUntilEmpty("restarted", () => kernel.stop())).toBeLessThan(RESTART_LIMIT_MS)
}, 60_000)

it("leaves the group when the kernel restarts, though a handler goes on for ever", async () => {
  const handler = '() => { console.log("handles"); return new Promise(() => {}) }'
  await kernel.run(consume("stuck", handler), { cell: "consumer" })
  await kernel.untilOutput(() => kernel.text("consumer").includes("handles"))
  expect(await msUntilEmpty("stuck", () => kernel.stop())).toBeLessThan(RESTART_LIMIT_MS)
}, 60_000)

it("leaves no member behind that was still joining when its cell was interrupted", async () => {
  const joining = kernel.run(consume("joining"), { cell: "consumer" })
  await membersOnceThere("joining", 1)
  expect(kernel.text("consumer")).toBe("joining\n")
  expect(await msUntilEmpty("joining", () => kernel.process.interrupt())).toBeLessThan(JOIN_MS + RESTART_LIMIT_MS)
  expect((await joining).status).toBe("interrupted")
}, 60_000)
