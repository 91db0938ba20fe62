import { describe, expect, it } from "vitest"
import { createTopics } from "../../../src/protocol/api/19_createTopics"
import { deleteTopics } from "../../../src/protocol/api/20_deleteTopics"
import { electLeaders } from "../../../src/protocol/api/43_electLeaders"
import { describeQuorum } from "../../../src/protocol/api/55_describeQuorum"
import { errorName } from "../../../src/protocol/errorCodes"
import { VirtualCluster } from "../replication/virtualCluster"

const leaders = (world: VirtualCluster) =>
  [...world.cluster.nodes.values()].filter(({ raft }) => raft?.leader).map(({ id }) => id)

describe("a quorum of three voters", () => {
  it("elects another leader when its leader dies, and keeps all metadata", async () => {
    const world = await new VirtualCluster({ controllers: 3 }).start()
    await world.createTopic("orders", [[1, 2, 3]])
    const [first = -1] = leaders(world)
    const epoch = world.node(first).raft?.epoch ?? 0
    world.node(first).kill()
    await world.clock.until(() => leaders(world).length === 1)
    await world.createTopic(
      "payments",
      [[1, 2, 3]].map((ids) => ids.filter((id) => id !== first)),
    )
    const [second = -1] = leaders(world)
    await world.clock.settle(world.node(first).start())
    await world.clock.until(() => world.image("orders").isr.length === 3)
    const topics = [...world.cluster.nodes.values()].map(({ metadata }) => [...(metadata?.topics.keys() ?? [])])
    expect({
      isOther: second !== first,
      isNewer: (world.node(second).raft?.epoch ?? 0) > epoch,
      leaders: leaders(world),
      topics,
    }).toEqual({
      isOther: true,
      isNewer: true,
      leaders: [second],
      topics: Array(3).fill(["orders", "payments"]),
    })
  })

  it("is found again by a broker that is no voter when its leader dies", async () => {
    const world = await new VirtualCluster({ controllers: 3, brokers: 4 }).start()
    const [first = -1] = leaders(world)
    world.node(first).kill()
    await world.clock.until(() => leaders(world).length === 1)
    const created = world.request(4, createTopics, {
      topics: [{ name: "payments", numPartitions: 1, replicationFactor: 1 }],
      timeoutMs: 5000,
    })
    const [topic] = (await created).topics
    expect([errorName(topic?.errorCode ?? -1), world.node(4).raft?.leaderId]).toEqual(["NONE", leaders(world)[0]])
  })

  it("changes nothing without a majority, while produce to existing topics goes on", async () => {
    const world = await new VirtualCluster({ controllers: 3, brokers: 4 }).start()
    await world.createTopic("orders", [[4]])
    for (const id of [1, 2]) world.node(id).kill()
    const created = world.request(4, createTopics, {
      topics: [{ name: "payments", numPartitions: 1, replicationFactor: 1 }],
      timeoutMs: 5000,
    })
    const [topic] = (await created).topics
    expect({
      answer: errorName(topic?.errorCode ?? -1),
      offset: await world.sendAndWait("orders", "a", { to: 4 }),
    }).toEqual({
      answer: "REQUEST_TIMED_OUT",
      offset: 0,
    })
  })

  it("says truthfully how far everyone is", async () => {
    const world = await new VirtualCluster({ controllers: 3, brokers: 4 }).start()
    await world.createTopic("orders", [[1, 2, 3]])
    await world.clock.advance(1000)
    const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }]
    const response = await world.request(4, describeQuorum, { topics })
    const quorum = response.topics[0]?.partitions[0]
    const end = world.cluster.metadata.offset
    expect({
      leader: quorum?.leaderId,
      highWatermark: quorum?.highWatermark,
      voters: quorum?.currentVoters.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset]),
      observers: quorum?.observers.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset]),
    }).toEqual({
      leader: leaders(world)[0],
      highWatermark: end,
      voters: [
        [1, end],
        [2, end],
        [3, end],
      ],
      observers: [[4, end]],
    })
  })
})

describe("a quorum in which nothing happens", () => {
  const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }]
  const describeTo = async (world: VirtualCluster) =>
    (await world.request(4, describeQuorum, { topics })).topics[0]?.partitions[0]

  it("writes a record that says nothing every metadata.max.idle.interval.ms, so that a voter that stands still is seen", async () => {
    const world = await new VirtualCluster({ controllers: 3, brokers: 4 }).start()
    await world.clock.advance(2000)
    const [leader = -1] = leaders(world)
    const paused = [1, 2, 3].find((id) => id !== leader) ?? -1
    const before = (await describeTo(world))?.highWatermark ?? 0
    const pausedAtMs = world.clock.now()
    world.node(paused).pause()
    await world.clock.advance(5000)
    const quorum = await describeTo(world)
    const voter = quorum?.currentVoters.find(({ replicaId }) => replicaId === paused)
    expect({
      written: (quorum?.highWatermark ?? 0) - before >= 9 && (quorum?.highWatermark ?? 0) - before <= 11,
      lag: (quorum?.highWatermark ?? 0) - (voter?.logEndOffset ?? 0) >= 9,
      caughtUpBeforePause: (voter?.lastCaughtUpTimestamp ?? Infinity) <= pausedAtMs,
    }).toEqual({ written: true, lag: true, caughtUpBeforePause: true })
  })

  it("writes nothing where the interval is 0", async () => {
    const world = await new VirtualCluster({ brokers: 4, configs: { "metadata.max.idle.interval.ms": "0" } }).start()
    await world.clock.advance(2000)
    const before = (await describeTo(world))?.highWatermark
    await world.clock.advance(10_000)
    expect((await describeTo(world))?.highWatermark).toBe(before)
  })
})

describe("a broker that comes back when the log that it missed has become a snapshot", () => {
  it("follows whoever leads by now, and gives up what was deleted", async () => {
    const world = await new VirtualCluster({
      configs: { "metadata.log.max.record.bytes.between.snapshots": "2000", "broker.session.timeout.ms": "3000" },
    }).start()
    await world.createTopic("orders", [[2, 1, 3]])
    await world.createTopic("doomed", [[2, 1, 3]])
    // By now the log is longer than what a snapshot of it holds.
    const change = async () => {
      for (let turn = 0; turn < 20; turn++) {
        await world.createTopic("passing", [[1, 3]])
        await world.request(1, deleteTopics, { topics: [{ name: "passing" }], timeoutMs: 5000 })
      }
    }
    await change()
    await world.clock.settle(world.node(2).stop())
    await world.clock.settle(world.node(2).start())
    await world.clock.until(() => world.image("orders").isr.length === 3)
    await world.request(1, electLeaders, { electionType: 0, topicPartitions: null })
    const before = world.image("orders").leader
    world.links.cut(1, 2)
    await world.clock.until(() => world.image("orders").leader !== 2)
    await world.request(1, deleteTopics, { topics: [{ name: "doomed" }], timeoutMs: 5000 })
    await change()
    world.links.heal(1, 2)
    await world.clock.until(() => world.image("orders").isr.length === 3)
    await world.clock.advance(1000)
    const { isLeader, leaderId, leaderEpoch } = world.partition(2, "orders")
    const held = [...(world.node(2).broker?.services.replicas.partitions ?? [])].map(({ topic }) => topic)
    const { leader } = world.image("orders")
    expect({ before, isLeader, leaderId, leaderEpoch, held }).toEqual({
      before: 2,
      isLeader: false,
      leaderId: leader,
      leaderEpoch: world.image("orders").leaderEpoch,
      held: ["orders"],
    })
  })
})

describe("a restart of everything", () => {
  it("finds topics, records and epochs as they were", async () => {
    const world = await new VirtualCluster().start()
    await world.createTopic("orders", [[1, 2, 3]])
    await world.sendAndWait("orders", "a")
    await world.clock.settle(world.cluster.stop())
    await world.clock.settle(world.cluster.start())
    await world.clock.until(() => world.image("orders").isr.length === 3)
    const sent = await world.sendAndWait("orders", "b")
    expect({ sent, seen: await world.consume("orders") }).toEqual({ sent: 1, seen: ["a", "b"] })
  })

  it("recovers after every process was killed at once", async () => {
    const world = await new VirtualCluster({ controllers: 3 }).start()
    await world.createTopic("orders", [[1, 2, 3]])
    await world.sendAndWait("orders", "a")
    for (const node of world.cluster.nodes.values()) node.kill()
    await world.clock.settle(world.cluster.start())
    await world.clock.until(() => world.image("orders").leader > 0)
    const sent = await world.sendAndWait("orders", "b")
    expect({ sent, seen: await world.consume("orders") }).toEqual({ sent: 1, seen: ["a", "b"] })
  })
})
