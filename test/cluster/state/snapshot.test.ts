import { describe, expect, it } from "vitest"
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
})
