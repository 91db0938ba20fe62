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

/** Who leaves no group is a member of it for longer than the tests wait for one without members. */
const SESSION_MS = 300_000
const PATIENCE_MS = 100_000

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
})
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

/** A consumer with a long session: only one that says goodbye is gone before it ends. Its fetches wait as long. */
const consume = (groupId: string, eachMessage = "async () => {}") => `import { Kafka } from "kafkajs"
import { connection } from "kit"
const consumer = new Kafka(connection()).consumer({
  groupId: "${groupId}",
  sessionTimeout: ${SESSION_MS},
  rebalanceTimeout: ${SESSION_MS},
  maxWaitTimeInMs: ${SESSION_MS},
})
consumer.on("consumer.disconnect", () => (globalThis.disconnected = (globalThis.disconnected ?? 0) + 1))
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
  await expect.poll(() => members(groupId), { timeout: PATIENCE_MS, interval: 50 }).toHaveLength(count)
  return members(groupId)
}

it("closes the consumer of a cell when it runs again and when it is interrupted", async () => {
  await kernel.run(consume("again"), { cell: "consumer" })
  const [first] = await membersOnceThere("again", 1)

  await kernel.run(`console.log(globalThis.disconnected)\n${consume("again")}`, { cell: "consumer" })
  const [second] = await membersOnceThere("again", 1)
  expect(second).not.toBe(first)
  // It was not given up on after its grace, though its fetch waited at the broker.
  expect(kernel.text("consumer")).toMatch(/^1\n/)

  const endless = kernel.run(`${consume("again")}\nawait new Promise(() => {})`, { cell: "consumer" })
  await kernel.untilOutput(() => kernel.text("consumer").includes("joined"))
  await kernel.process.interrupt()
  await membersOnceThere("again", 0)
  expect((await endless).status).toBe("interrupted")
})

it("is interrupted while a client of its last run closes, before any of it runs", async () => {
  const handler = '() => { console.log("handles"); return new Promise(() => {}) }'
  await kernel.run(consume("closing", handler), { cell: "consumer" })
  await kernel.untilOutput(() => kernel.text("consumer").includes("handles"))
  const running = kernel.run("globalThis.hasRun = true\nawait new Promise(() => {})", { cell: "consumer" })
  let isOver = false
  const press = async () => {
    while (!isOver) await kernel.process.interrupt()
  }
  const pressing = press()
  const { status } = await running
  isOver = true
  // The last one must not hit the next cell.
  await pressing
  expect([status, await kernel.value("String(globalThis.hasRun)")]).toEqual(["interrupted", "'undefined'"])
})

it("leaves the group at once when the kernel restarts", async () => {
  await kernel.run(consume("restarted"), { cell: "consumer" })
  await membersOnceThere("restarted", 1)
  await kernel.stop()
  await membersOnceThere("restarted", 0)
})

it("leaves the group when the kernel restarts, though a handler goes on for ever", async () => {
  const handler = '() => { console.log("handles"); return new Promise(() => {}) }'
  await kernel.run(consume("stuck", handler), { cell: "consumer" })
  await kernel.untilOutput(() => kernel.text("consumer").includes("handles"))
  await kernel.stop()
  await membersOnceThere("stuck", 0)
})

it("leaves no member behind that was still joining when its cell was interrupted", async () => {
  const joining = kernel.run(consume("joining"), { cell: "consumer" })
  await membersOnceThere("joining", 1)
  expect(kernel.text("consumer")).toBe("joining\n")
  await kernel.process.interrupt()
  await membersOnceThere("joining", 0)
  expect((await joining).status).toBe("interrupted")
})

it("leaves no member behind that waited for the others to join when the kernel restarted", async () => {
  const release = await holdUpJoining("held up")
  const joining = kernel.run(consume("held up"), { cell: "consumer" }).catch(() => {})
  const [, late] = await membersOnceThere("held up", 2)
  expect([late, kernel.text("consumer")]).toEqual([expect.any(String), "joining\n"])
  await kernel.stop()
  await joining
  await membersOnceThere("held up", 1)
  await release()
})

/** A member whose handler is busy, so that whoever joins its group waits for it. Answers how to end it. */
async function holdUpJoining(groupId: string): Promise<() => Promise<void>> {
  const consumer = new Kafka({ brokers: cluster.bootstrap.split(","), logLevel: logLevel.NOTHING }).consumer({
    groupId,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: SESSION_MS,
    maxWaitTimeInMs: 100,
  })
  await consumer.connect()
  await consumer.subscribe({ topics: ["orders"], fromBeginning: true })
  let goOn = () => {}
  const busy = new Promise<void>((handles) => {
    const eachMessage = () => {
      handles()
      return new Promise<void>((resolve) => {
        goOn = resolve
      })
    }
    void consumer.run({ autoCommit: false, eachMessage })
  })
  await busy
  return async () => {
    goOn()
    await consumer.disconnect()
  }
}
