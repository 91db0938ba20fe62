import { beforeAll, describe, expect, it } from "vitest"
import { TopicSnapshots } from "../../../src/cluster/server/topicSnapshots"
import { createTopics } from "../../../src/protocol/api/19_createTopics"
import { deleteTopics } from "../../../src/protocol/api/20_deleteTopics"
import { deleteRecords } from "../../../src/protocol/api/21_deleteRecords"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import { VirtualCluster } from "../replication/virtualCluster"

const TOPICS = 400

describe("the topics of a snapshot, among hundreds", () => {
  let world: VirtualCluster
  let snapshots: TopicSnapshots

  beforeAll(async () => {
    world = await new VirtualCluster().start()
    const topics = Array.from({ length: TOPICS }, (_, index) => ({
      name: `topic-${index}`,
      assignments: [{ partitionIndex: 0, brokerIds: [1, 2, 3] }],
      numPartitions: -1,
      replicationFactor: -1,
    }))
    await world.request(1, createTopics, { topics })
    await world.clock.advance(1_000)
    snapshots = new TopicSnapshots(world.cluster)
    snapshots.full(undefined)
  })

  /** What each change is seen as: the names whose objects are others, where all is as a fresh look has it. */
  async function seenAs(change: () => Promise<unknown>): Promise<string[]> {
    const before = snapshots.full(undefined)
    await change()
    const after = snapshots.full(undefined)
    expect(after).toEqual(new TopicSnapshots(world.cluster).full(undefined))
    // The fresh look has taken the count of what changed along: nothing has, since.
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...names].filter((name) => before[name] !== after[name])
  }

  it("are other objects only where something changed, whatever it was", async () => {
    const config = { name: "retention.ms", configOperation: 0, value: "5000" }
    const leader = world.image("topic-1").leader
    expect({
      nothing: await seenAs(async () => {}),
      produced: await seenAs(async () => {
        await world.sendAndWait("topic-1", "a")
        await world.clock.advance(600)
      }),
      configured: await seenAs(() =>
        world.request(1, incrementalAlterConfigs, {
          resources: [{ resourceType: 2, resourceName: "topic-2", configs: [config] }],
        }),
      ),
      trimmed: await seenAs(async () => {
        const topics = [{ name: "topic-1", partitions: [{ partitionIndex: 0, offset: 1 }] }]
        await world.request(leader, deleteRecords, { topics, timeoutMs: 5_000 })
      }),
      deleted: await seenAs(() => world.request(1, deleteTopics, { topicNames: ["topic-3"], timeoutMs: 5_000 }, 5)),
      created: await seenAs(() => world.createTopic("new", [[1, 2, 3]])),
    }).toEqual({
      nothing: [],
      produced: ["topic-1"],
      configured: ["topic-2"],
      trimmed: ["topic-1"],
      deleted: ["topic-3"],
      created: ["new"],
    })
  })

  it("are all looked at when a broker comes or goes", async () => {
    const seen = await seenAs(async () => {
      world.node(3).kill()
      await world.clock.until(() => world.image("topic-9").isr.length === 2)
    })
    expect(seen).toHaveLength(TOPICS)
  })
})
