import { describe, expect, it } from "vitest"
import { answerQuorum } from "../../../src/cluster/state/quorum/quorumRequests"
import { fetch } from "../../../src/protocol/api/01_fetch"
import { electLeaders } from "../../../src/protocol/api/43_electLeaders"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import type { ResponseInput } from "../../../src/protocol/schema"
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

  it("replace what a replica has of older epochs, committed or not, though its log reaches as far", async () => {
    const configs = { "metadata.log.max.record.bytes.between.snapshots": "1000" }
    const world = await new VirtualCluster({ configs, controllers: 3 }).start()
    await world.createTopic("orders", [[1, 2, 3]])
    const active = () => [...world.cluster.nodes.values()].find(({ raft }) => raft?.leader)
    const deposed = active()?.id ?? -1
    world.node(deposed).kill()
    await world.clock.until(() => active() !== undefined)
    for (let change = 0; change < 40; change++) await setRetention(world, change, active()?.id)
    const raft = active()?.raft
    const snapshotId = raft?.setup.log.snapshots.latest()
    if (!raft || !snapshotId) throw new Error("Nobody leads, or no snapshot was written.")
    const fetchIn = async (lastFetchedEpoch: number) => {
      const partition = { partition: 0, currentLeaderEpoch: raft.epoch, lastFetchedEpoch, partitionMaxBytes: 1 << 20 }
      const partitions = [{ ...partition, fetchOffset: snapshotId.endOffset }]
      const body = { replicaState: { replicaId: deposed }, topics: [{ topic: "__cluster_metadata", partitions }] }
      const answer = await answerQuorum(raft, fetch.key, { ...body, maxWaitMs: 0, replicaId: -1 })
      const { responses } = answer as ResponseInput<typeof fetch>
      return responses?.[0]?.partitions?.[0]?.snapshotId
    }
    expect([await fetchIn(snapshotId.epoch - 1), await fetchIn(snapshotId.epoch)]).toEqual([snapshotId, undefined])
  })
})

async function setRetention(world: VirtualCluster, value: number, on = 1): Promise<void> {
  const configs = [{ name: "retention.ms", configOperation: 0, value: String(100_000 + value) }]
  await world.request(on, incrementalAlterConfigs, {
    resources: [{ resourceType: 2, resourceName: "orders", configs }],
  })
}
