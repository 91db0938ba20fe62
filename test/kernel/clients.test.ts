import { type Admin, Kafka, logLevel } from "kafkajs"
import { afterAll, beforeAll, expect, it } from "vitest"
import type { ClusterProcess } from "../../src/process/cluster"
import { startTestCluster } from "../kit/testCluster"
import { buildKernel, TestKernel } from "./kernelBundle"

let bundle: Awaited<ReturnType<typeof buildKernel>>
let cluster: ClusterProcess & { end(): Promise<void> }
let admin: Admin
let kernel: TestKernel

beforeAll(async () => {
  bundle = await buildKernel()
  cluster = await startTestCluster({ brokers: 1 })
  const brokers = cluster.bootstrap.split(",")
  admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: "orders" }], waitForLeaders: true })
  kernel = await TestKernel.start(bundle.path, {
    cluster: { kind: "embedded", bootstrap: brokers, prefix: "", readOnly: false },
  })
}, 60_000)
afterAll(async () => {
  await kernel.stop()
  await admin.disconnect()
  await cluster.end()
  bundle.remove()
})

/** A consumer with a long session: only one that says goodbye is gone before it ends. */
const consume = `import { Kafka } from "kafkajs"
import { connection } from "kit"
const consumer = new Kafka(connection()).consumer({ groupId: "readers", sessionTimeout: 300_000, rebalanceTimeout: 300_000 })
await consumer.connect()
await consumer.subscribe({ topics: ["orders"] })
const joined = new Promise((resolve) => consumer.on("consumer.group_join", resolve))
await consumer.run({ eachMessage: async () => {} })
await joined
console.log("joined")`

async function members(): Promise<string[]> {
  const { groups } = await admin.describeGroups(["readers"])
  return groups.flatMap((group) => group.members.map(({ memberId }) => memberId))
}

async function membersOnceThere(count: number): Promise<string[]> {
  await expect.poll(members, { timeout: 20_000, interval: 50 }).toHaveLength(count)
  return members()
}

it("closes the consumer of a cell when it runs again and when it is interrupted", async () => {
  await kernel.run(consume, { cell: "consumer" })
  const [first] = await membersOnceThere(1)

  await kernel.run(consume, { cell: "consumer" })
  const [second] = await membersOnceThere(1)
  expect(second).not.toBe(first)

  const endless = kernel.run(`${consume}\nawait new Promise(() => {})`, { cell: "consumer" })
  await kernel.untilOutput(() => kernel.text("consumer").includes("joined"))
  void kernel.process.interrupt()
  expect((await endless).status).toBe("interrupted")
  expect(await membersOnceThere(0)).toEqual([])
}, 60_000)
