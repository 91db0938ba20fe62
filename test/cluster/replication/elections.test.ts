import { describe, expect, it } from "vitest"
import { electLeaders } from "../../../src/protocol/api/43_electLeaders"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import { alterPartitionReassignments } from "../../../src/protocol/api/45_alterPartitionReassignments"
import { listPartitionReassignments } from "../../../src/protocol/api/46_listPartitionReassignments"
import { errorName } from "../../../src/protocol/errorCodes"
import { VirtualCluster } from "./virtualCluster"

const PREFERRED = 0

async function withOrders(configs: Record<string, string> = {}, options: { brokers?: number } = {}) {
  const world = await new VirtualCluster({ configs: { "replica.lag.time.max.ms": "3000" }, ...options }).start()
  await world.createTopic("orders", [[2, 1, 3]], configs)
  return world
}

async function electPreferred(world: VirtualCluster): Promise<string> {
  const topicPartitions = [{ topic: "orders", partitions: [0] }]
  const response = await world.request(world.anyBroker(), electLeaders, { electionType: PREFERRED, topicPartitions })
  await world.clock.advance(1)
  return errorName(response.replicaElectionResults[0]?.partitionResult[0]?.errorCode ?? -1)
}

describe("a leader that is killed", () => {
  it("is followed by one of the ISR in the next epoch, comes back into the ISR, and leads when it is preferred", async () => {
    const world = await withOrders()
    world.node(2).kill()
    await world.clock.until(() => world.image("orders").leader !== 2)
    const without = world.image("orders")
    await world.clock.settle(world.node(2).start())
    await world.clock.until(() => world.image("orders").isr.length === 3)
    const back = world.image("orders")
    const answer = await electPreferred(world)
    expect({ without, back, answer, preferred: world.image("orders"), again: await electPreferred(world) }).toEqual({
      without: { leader: 1, leaderEpoch: 1, isr: [1, 3], elr: [] },
      back: { leader: 1, leaderEpoch: 1, isr: [1, 2, 3], elr: [] },
      answer: "NONE",
      preferred: { leader: 2, leaderEpoch: 2, isr: [1, 2, 3], elr: [] },
      again: "ELECTION_NOT_NEEDED",
    })
  })

  it("leaves the leader alone when it was only a follower", async () => {
    const world = await withOrders()
    world.node(3).kill()
    await world.clock.until(() => world.image("orders").isr.length === 2)
    expect(world.image("orders")).toEqual({ leader: 2, leaderEpoch: 0, isr: [1, 2], elr: [] })
  })

  it("cuts from its log what the others never had", async () => {
    const world = await withOrders({ "min.insync.replicas": "1" })
    await world.sendAndWait("orders", "a")
    for (const id of [1, 3]) world.node(id).broker?.services.replicas.freeze("orders", 0)
    await world.sendAndWait("orders", "only here", { acks: 1 })
    world.node(2).kill()
    await world.clock.until(() => world.image("orders").leader !== 2)
    for (const id of [1, 3]) world.node(id).broker?.services.replicas.unfreeze("orders", 0)
    await world.sendAndWait("orders", "b")
    await world.clock.settle(world.node(2).start())
    await world.clock.until(() => world.image("orders").isr.length === 3)
    await world.clock.advance(600)
    expect({
      offsets: [1, 2, 3].map((id) => world.offsets(id, "orders")),
      seen: await world.consume("orders"),
    }).toEqual({
      offsets: [
        [0, 2, 2],
        [0, 2, 2],
        [0, 2, 2],
      ],
      seen: ["a", "b"],
    })
  })
})

describe("with all of the ISR dead", () => {
  /** Broker 3 fell out of the ISR and lacks two acknowledged records; then 1 and 2 die. */
  async function stranded(configs: Record<string, string>) {
    const world = await withOrders({ "min.insync.replicas": "1", ...configs })
    await world.sendAndWait("orders", "a")
    world.node(3).broker?.services.replicas.freeze("orders", 0)
    await world.sendAndWait("orders", "b")
    await world.sendAndWait("orders", "c")
    await world.clock.until(() => world.image("orders").isr.length === 2)
    return world
  }

  it("a partition stays offline, unless unclean election is allowed", async () => {
    const world = await new VirtualCluster({ brokers: 4, configs: { "replica.lag.time.max.ms": "3000" } }).start()
    await world.createTopic("orders", [[2, 3, 4]], { "min.insync.replicas": "1" })
    await world.createTopic("payments", [[2, 3, 4]], {
      "min.insync.replicas": "1",
      "unclean.leader.election.enable": "true",
    })
    for (const topic of ["orders", "payments"]) {
      await world.sendAndWait(topic, "a")
      world.node(4).broker?.services.replicas.freeze(topic, 0)
      await world.sendAndWait(topic, "b")
    }
    await world.clock.until(() => world.image("orders").isr.length === 2 && world.image("payments").isr.length === 2)
    world.node(2).kill()
    await world.clock.until(() => world.image("orders").leader === 3)
    world.node(3).kill()
    await world.clock.until(() => world.image("payments").leader === 4)
    expect({
      safe: world.image("orders"),
      unclean: world.image("payments"),
      seen: await world.consume("payments"),
    }).toEqual({
      safe: { leader: -1, leaderEpoch: 2, isr: [], elr: [3] },
      unclean: { leader: 4, leaderEpoch: 2, isr: [4], elr: [] },
      seen: ["a"],
    })
  })

  it("an eligible replica that stopped cleanly leads again with every record", async () => {
    const world = await stranded({})
    await world.clock.settle(world.node(2).stop())
    expect(world.image("orders")).toEqual({ leader: 1, leaderEpoch: 1, isr: [1], elr: [] })
    expect(await world.consume("orders")).toEqual(["a", "b", "c"])
  })
})

describe("a controlled shutdown", () => {
  it("moves all that a broker leads at once, and tells of each partition once", async () => {
    const world = await new VirtualCluster().start()
    await world.createTopic(
      "orders",
      Array.from({ length: 300 }, () => [2, 1, 3]),
    )
    const before = world.cluster.metadata.offset
    await world.clock.settle(world.node(2).stop())
    const written = world.cluster.metadata.offset - before
    const partitions = world.cluster.metadata.topic("orders")?.partitions ?? []
    expect([partitions.filter(({ leader, isr }) => leader === 1 && isr.length === 2).length, written]).toEqual([
      300,
      // Beside the partitions: the broker is about to go, and gone.
      300 + 2,
    ])
  })
})

describe("elections that nobody asks for", () => {
  const INTERVAL_MS = 300_000

  /** Broker 2 was away: it is back in the ISR and does not lead what it is preferred for. */
  async function displaced(configs: Record<string, string>, partitions = 1) {
    const world = await new VirtualCluster({ configs }).start()
    await world.createTopic(
      "orders",
      Array.from({ length: partitions }, () => [2, 1, 3]),
    )
    world.node(2).kill()
    await world.clock.until(() => world.image("orders").leader !== 2)
    await world.clock.settle(world.node(2).start())
    await world.clock.until(() => world.cluster.metadata.topic("orders")?.partitions.every(isWhole) === true)
    return world
  }

  it("give the leadership back to the preferred replica, at the interval", async () => {
    const world = await displaced({})
    const before = world.image("orders")
    const elected = await world.clock.until(() => world.image("orders").leader === 2, INTERVAL_MS)
    const after = world.image("orders")
    await world.clock.advance(2 * INTERVAL_MS)
    expect({ elected, before, after, later: world.image("orders") }).toEqual({
      elected: true,
      before: { leader: 1, leaderEpoch: 1, isr: [1, 2, 3], elr: [] },
      after: { leader: 2, leaderEpoch: 2, isr: [1, 2, 3], elr: [] },
      later: { leader: 2, leaderEpoch: 2, isr: [1, 2, 3], elr: [] },
    })
  })

  it("come as often as the config says, or not at all", async () => {
    const seconds = { "leader.imbalance.check.interval.seconds": "20" }
    const often = await displaced(seconds)
    const never = await displaced({ ...seconds, "auto.leader.rebalance.enable": "false" })
    for (const world of [often, never]) await world.clock.advance(20_000)
    expect([often, never].map((world) => world.image("orders").leader)).toEqual([2, 1])
  })

  it("are a thousand at once, and the others soon after", async () => {
    const world = await displaced({}, 1_200)
    const isLed = ({ leader }: { leader: number }) => leader === 2
    const led = () => world.cluster.metadata.topic("orders")?.partitions.filter(isLed).length ?? 0
    await world.clock.until(() => led() > 0, INTERVAL_MS)
    const atFirst = led()
    await world.clock.advance(100)
    expect([atFirst, led()]).toEqual([1_000, 1_200])
  })

  it("leave a partition without a leader alone, until losing records is allowed", async () => {
    const world = await new VirtualCluster().start()
    await world.createTopic("orders", [[2, 3]], { "min.insync.replicas": "1" })
    world.node(3).kill()
    await world.clock.until(() => world.image("orders").isr.length === 1)
    world.node(2).kill()
    await world.clock.until(() => world.image("orders").leader === -1)
    await world.clock.settle(world.node(3).start())
    await world.clock.advance(2 * INTERVAL_MS)
    const before = world.image("orders")
    const configs = [{ name: "unclean.leader.election.enable", configOperation: 0, value: "true" }]
    const resources = [{ resourceType: 2, resourceName: "orders", configs }]
    await world.request(1, incrementalAlterConfigs, { resources })
    const elected = await world.clock.until(() => world.image("orders").leader === 3, INTERVAL_MS)
    expect({ before, elected, after: world.image("orders") }).toEqual({
      before: { leader: -1, leaderEpoch: 1, isr: [], elr: [2] },
      elected: true,
      after: { leader: 3, leaderEpoch: 2, isr: [3], elr: [] },
    })
  })
})

function isWhole({
  isr,
  replicas,
}: {
  readonly isr: readonly number[]
  readonly replicas: readonly number[]
}): boolean {
  return isr.length === replicas.length
}

describe("a reassignment", () => {
  it("adds the new replica, and removes the old one once the new is in sync", async () => {
    const world = await withOrders({}, { brokers: 4 })
    await world.sendAndWait("orders", "a")
    world.node(4).broker?.services.replicas.freeze("orders", 0)
    const topics = [{ name: "orders", partitions: [{ partitionIndex: 0, replicas: [4, 1, 3] }] }]
    await world.request(1, alterPartitionReassignments, { topics })
    await world.clock.advance(100)
    const moving = await world.request(1, listPartitionReassignments, { topics: null })
    world.node(4).broker?.services.replicas.unfreeze("orders", 0)
    await world.clock.until(() => world.cluster.metadata.partition("orders", 0)?.replicas.length === 3)
    await world.clock.advance(1000)
    expect({
      moving: moving.topics[0]?.partitions[0],
      replicas: world.cluster.metadata.partition("orders", 0)?.replicas,
      isr: world.image("orders").isr,
      seen: await world.consume("orders"),
    }).toEqual({
      moving: { partitionIndex: 0, replicas: [4, 1, 3, 2], addingReplicas: [4], removingReplicas: [2] },
      replicas: [4, 1, 3],
      isr: [1, 3, 4],
      seen: ["a"],
    })
  })

  it("gets into the ISR a replica that heard of its assignment before its leader did", async () => {
    const world = await withOrders({}, { brokers: 4 })
    // The leader gets no news of the controller until the new replica has asked it.
    world.links.delay(1, 2, 300)
    const topics = [{ name: "orders", partitions: [{ partitionIndex: 0, replicas: [2, 1, 4] }] }]
    await world.request(1, alterPartitionReassignments, { topics })
    await world.clock.until(() => world.node(4).metadata?.partition("orders", 0)?.replicas.includes(4) ?? false)
    await world.clock.until(() => world.image("orders").isr.includes(4))
    expect(world.image("orders").isr).toEqual([1, 2, 4])
  })

  it("leaves nobody eligible who was moved away, so that the last known leader may lead again", async () => {
    const world = await withOrders({ "min.insync.replicas": "2" }, { brokers: 4 })
    world.node(2).kill()
    await world.clock.until(() => world.image("orders").isr.length === 2)
    const topics = [{ name: "orders", partitions: [{ partitionIndex: 0, replicas: [3, 2] }] }]
    await world.request(1, alterPartitionReassignments, { topics })
    await world.clock.advance(100)
    const moved = world.image("orders")
    world.node(3).kill()
    await world.clock.until(() => world.image("orders").leader === -1)
    await world.clock.settle(world.node(3).start())
    await world.clock.until(() => world.image("orders").leader !== -1)
    expect([moved, world.image("orders")]).toEqual([
      { leader: 3, leaderEpoch: expect.any(Number), isr: [3], elr: [] },
      { leader: 3, leaderEpoch: expect.any(Number), isr: [3], elr: [] },
    ])
  })
})
