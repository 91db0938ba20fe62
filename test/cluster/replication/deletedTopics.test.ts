import { expect, test } from "vitest"
import { deleteTopics } from "../../../src/protocol/api/20_deleteTopics"
import { deleteRecords } from "../../../src/protocol/api/21_deleteRecords"
import { alterPartitionReassignments } from "../../../src/protocol/api/45_alterPartitionReassignments"
import { VirtualCluster } from "./virtualCluster"

const DELAY_MS = 60_000

function foldersOf(world: VirtualCluster, id: number): readonly string[] {
  const names = world.disks.get(id)?.list("data")
  return (names?.ok ? names.value : []).filter((name) => name.startsWith("orders"))
}

test("a topic made anew at once begins empty, also after a crash, and its predecessor's folder goes later", async () => {
  const world = await new VirtualCluster({ configs: { "log.segment.delete.delay.ms": String(DELAY_MS) } }).start()
  await world.createTopic("orders", [[1, 2, 3]])
  for (let index = 0; index < 20; index++) await world.sendAndWait("orders", `old ${index}`)
  const topics = [{ name: "orders", partitions: [{ partitionIndex: 0, offset: 20 }] }]
  await world.request(world.image("orders").leader, deleteRecords, { topics, timeoutMs: 1_000 })
  // The checkpoints are written every five seconds.
  await world.clock.advance(6_000)
  await world.request(1, deleteTopics, { topics: [{ name: "orders" }], timeoutMs: 1_000 })
  await world.createTopic("orders", [[1, 2, 3]])
  await world.sendAndWait("orders", "new")
  const before = foldersOf(world, 2).map((name) => name.replace(/\.[0-9a-f]{32}-/, ".UUID-"))
  for (const id of [1, 2, 3]) world.node(id).kill()
  await world.clock.settle(Promise.all([1, 2, 3].map((id) => world.node(id).start())))
  await world.clock.until(() => world.image("orders").isr.length === 3)
  const consumed = await world.consume("orders")
  await world.clock.advance(DELAY_MS)
  expect({ before, consumed, after: foldersOf(world, 2), offsets: world.offsets(2, "orders") }).toEqual({
    before: ["orders-0", "orders-0.UUID-delete"],
    consumed: ["new"],
    after: ["orders-0"],
    offsets: [0, 1, 1],
  })
})

test("what was deleted or moved away while a broker was down is set aside when it comes back, and stays", async () => {
  const world = await new VirtualCluster({ brokers: 4 }).start()
  await world.createTopic("orders", [
    [1, 2, 3],
    [2, 1, 3],
  ])
  await world.createTopic("orders.gone", [[1, 2, 3]])
  for (const index of [0, 1]) await world.sendAndWait("orders", "kept", { index })
  await world.sendAndWait("orders.gone", "old")
  await world.clock.settle(world.node(3).stop())
  await world.request(1, deleteTopics, { topics: [{ name: "orders.gone" }], timeoutMs: 1_000 })
  const moved = { partitionIndex: 1, replicas: [2, 1, 4] }
  await world.request(1, alterPartitionReassignments, { topics: [{ name: "orders", partitions: [moved] }] })
  await world.clock.until(() => world.image("orders", 1).isr.includes(4))
  await world.clock.settle(world.node(3).start())
  const names = () => foldersOf(world, 3).map((name) => name.replace(/\.[0-9a-f]{32}-/, ".UUID-"))
  const before = names()
  // A topic of the same name begins empty, and takes nothing over.
  await world.createTopic("orders.gone", [[3, 1, 2]])
  await world.sendAndWait("orders.gone", "new")
  const seen = await world.consume("orders.gone")
  await world.clock.settle(world.node(3).stop())
  await world.clock.settle(world.node(3).start())
  await world.clock.advance(2 * DELAY_MS)
  expect({ before, seen, after: names(), kept: await world.consume("orders") }).toEqual({
    before: ["orders-0", "orders-1.UUID-stray", "orders.gone-0.UUID-stray"],
    seen: ["new"],
    after: ["orders-0", "orders-1.UUID-stray", "orders.gone-0", "orders.gone-0.UUID-stray"],
    kept: ["kept"],
  })
})
