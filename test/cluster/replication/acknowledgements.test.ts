import { describe, expect, it } from "vitest"
import { VirtualCluster } from "./virtualCluster"

const lag = { "replica.lag.time.max.ms": "3000" }

async function withOrders(minIsr = 1, configs: Record<string, string> = lag): Promise<VirtualCluster> {
  const world = await new VirtualCluster({ configs }).start()
  await world.createTopic("orders", [[2, 1, 3]], { "min.insync.replicas": String(minIsr) })
  return world
}

/** The leader alone is left in an ISR that should hold two; it has one record that nobody else has. */
async function belowMinIsr(): Promise<VirtualCluster> {
  const world = await withOrders(2)
  await world.clock.settle(world.node(3).stop())
  freeze(world, 1)
  await world.sendAndWait("orders", "first", { acks: 1 })
  await world.clock.until(() => world.image("orders").isr.length === 1)
  return world
}

function freeze(world: VirtualCluster, ...ids: number[]): void {
  for (const id of ids) world.node(id).broker?.services.replicas.freeze("orders", 0)
}

function unfreeze(world: VirtualCluster, ...ids: number[]): void {
  for (const id of ids) world.node(id).broker?.services.replicas.unfreeze("orders", 0)
}

describe("acks=1", () => {
  it("loses what no follower had when its leader dies, and gives the offset away again", async () => {
    const world = await withOrders(1, { "replica.lag.time.max.ms": "30000" })
    await world.sendAndWait("orders", "safe")
    freeze(world, 1, 3)
    const lost = await world.sendAndWait("orders", "lost", { acks: 1 })
    world.node(2).kill()
    await world.clock.until(() => [1, 3].includes(world.image("orders").leader))
    unfreeze(world, 1, 3)
    const again = await world.sendAndWait("orders", "later")
    expect({ lost, again, seen: await world.consume("orders") }).toEqual({ lost: 1, again: 1, seen: ["safe", "later"] })
  })

  it("is acknowledged below min.insync.replicas, but no consumer sees it until the ISR is large enough", async () => {
    const world = await belowMinIsr()
    const offset = await world.sendAndWait("orders", "a", { acks: 1 })
    const before = { offsets: world.offsets(2, "orders"), seen: await world.consume("orders") }
    void world.node(3).start()
    await world.clock.until(() => world.offsets(2, "orders")[1] === 2)
    expect({ offset, before, after: world.offsets(2, "orders"), seen: await world.consume("orders") }).toEqual({
      offset: 1,
      before: { offsets: [0, 0, 2], seen: [] },
      after: [0, 2, 2],
      seen: ["first", "a"],
    })
  })
})

describe("acks=all", () => {
  it("waits for a frozen follower until it is out of the ISR, after 1 to 1.5 times replica.lag.time.max.ms", async () => {
    const world = await withOrders(2)
    await world.sendAndWait("orders", "a")
    await world.clock.advance(1000)
    freeze(world, 3)
    const startedMs = world.clock.now()
    const sent = world.send("orders", "b")
    await world.clock.advance(2500)
    const during = { image: world.image("orders").isr, offsets: world.offsets(2, "orders") }
    const offset = await world.clock.settle(sent)
    const waitedMs = world.clock.now() - startedMs
    expect({ during, offset, isr: world.image("orders").isr, inTime: waitedMs >= 2500 && waitedMs <= 4600 }).toEqual({
      during: { image: [1, 2, 3], offsets: [0, 1, 2] },
      offset: 1,
      isr: [1, 2],
      inTime: true,
    })
  })

  it("does not answer while nobody follows, and loses nothing that it answered", async () => {
    const world = await withOrders(2, { "replica.lag.time.max.ms": "30000" })
    await world.sendAndWait("orders", "safe")
    freeze(world, 1, 3)
    const pending = world.send("orders", "unanswered")
    await world.clock.advance(2000)
    world.node(2).kill()
    await world.clock.until(() => [1, 3].includes(world.image("orders").leader))
    unfreeze(world, 1, 3)
    const later = await world.sendAndWait("orders", "later")
    expect({ answer: await world.clock.settle(pending), later, seen: await world.consume("orders") }).toEqual({
      answer: "NOT_LEADER_OR_FOLLOWER",
      later: 1,
      seen: ["safe", "later"],
    })
  })

  it("is refused before the append while the ISR is below min.insync.replicas", async () => {
    const world = await belowMinIsr()
    expect({ answer: await world.sendAndWait("orders", "a"), offsets: world.offsets(2, "orders") }).toEqual({
      answer: "NOT_ENOUGH_REPLICAS",
      offsets: [0, 0, 1],
    })
  })

  it("times out when it cannot be satisfied in time", async () => {
    const world = await withOrders(1, { "replica.lag.time.max.ms": "30000" })
    freeze(world, 3)
    expect(await world.sendAndWait("orders", "a", { timeoutMs: 1500 })).toBe("REQUEST_TIMED_OUT")
  })
})
