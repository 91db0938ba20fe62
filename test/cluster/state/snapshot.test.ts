import { describe, expect, it } from "vitest"
import { electLeaders } from "../../../src/protocol/api/43_electLeaders"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import { VirtualCluster } from "../replication/virtualCluster"

describe("snapshots of the metadata log", () => {
  it("bring back a broker that lost its disk, and a whole cluster that was stopped", async () => {
    const configs = { "metadata.log.max.record.bytes.between.snapshots": "2000" }
    const world = await new VirtualCluster({ configs }).start()
    for (let topic = 0; topic < 20; topic++) {
      await world.createTopic(`topic-${topic}`, [[1, 2, 3]], { "retention.ms": String(1000 + topic) })
    }
    await world.sendAndWait("topic-7", "a")
    await world.clock.settle(world.node(3).stop())
    world.disks.get(3)?.lose()
    await world.clock.settle(world.node(3).start())
    await world.clock.until(() => world.image("topic-7").isr.length === 3)
    const names = () => [...(world.node(3).metadata?.topics.keys() ?? [])]
    const lost = { topics: names().length, start: world.node(3).raft?.setup.log.startOffset !== 0 }

    await world.clock.settle(world.cluster.stop())
    await world.clock.settle(world.cluster.start())
    await world.clock.until(() => world.image("topic-7").isr.length === 3)
    expect({
      lost,
      topics: names().length,
      config: world.cluster.metadata.configsOf(2, "topic-19").get("retention.ms"),
      features: world.cluster.metadata.features.get("metadata.version"),
      seen: await world.consume("topic-7"),
    }).toEqual({ lost: { topics: 20, start: true }, topics: 20, config: "1019", features: 27, seen: ["a"] })
  })

  it("are acted on by a broker that was away: it no longer leads what others lead", async () => {
    const configs = { "metadata.log.max.record.bytes.between.snapshots": "1000", "broker.session.timeout.ms": "3000" }
    const world = await new VirtualCluster({ configs }).start()
    await world.createTopic("orders", [[3, 1, 2]])
    for (let change = 0; change < 40; change++) await setRetention(world, change)
    // A late registration: its epoch is behind all that a snapshot numbers.
    await world.clock.settle(world.node(3).stop())
    await world.clock.settle(world.node(3).start())
    await world.clock.until(() => world.image("orders").isr.length === 3)
    const topicPartitions = [{ topic: "orders", partitions: [0] }]
    await world.request(1, electLeaders, { electionType: 0, topicPartitions })
    await world.clock.until(() => world.image("orders").leader === 3)
    world.node(3).pause()
    await world.clock.until(() => world.image("orders").leader !== 3)
    for (let change = 0; change < 40; change++) await setRetention(world, change)
    world.node(3).resume()
    await world.clock.until(() => world.image("orders").isr.length === 3)
    const isFromSnapshot = (world.node(3).raft?.setup.log.startOffset ?? 0) > 0
    const leading = [1, 2, 3].filter((id) => world.partition(id, "orders").isLeader)
    expect({ isFromSnapshot, leading }).toEqual({ isFromSnapshot: true, leading: [world.image("orders").leader] })
  })
})

async function setRetention(world: VirtualCluster, value: number): Promise<void> {
  const configs = [{ name: "retention.ms", configOperation: 0, value: String(100_000 + value) }]
  await world.request(1, incrementalAlterConfigs, {
    resources: [{ resourceType: 2, resourceName: "orders", configs }],
  })
}
