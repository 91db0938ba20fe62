import { fetch } from "../../../src/protocol/api/01_fetch"
import { listOffsets } from "../../../src/protocol/api/02_listOffsets"
import { deleteRecords } from "../../../src/protocol/api/21_deleteRecords"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

/** ListOffsets of one partition by several timestamps. */
async function ask(stage: Stage, label: string, timestamp: number, { version = 9, epoch = -1, on = 1 } = {}) {
  const partitions = [{ partitionIndex: 0, currentLeaderEpoch: epoch, timestamp }]
  const body = { replicaId: -1, isolationLevel: 0, topics: [{ name: stage.id, partitions }] }
  await stage.ask(label, listOffsets, version, body, { on })
}

const START = 1_000
const value = Buffer.from("v")

/** Offsets by time, and the start of a log that moves. */
export const offsets: readonly Scenario[] = [
  {
    name: "offsets by timestamp",
    proves: ["L08d"],
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "retention.ms": "-1" } })
      await ask(stage, "earliest of nothing", -2)
      await ask(stage, "latest of nothing", -1)
      await ask(stage, "greatest timestamp of nothing", -3)
      await ask(stage, "a time, of nothing", START)
      for (const time of [START, START + 100, START + 50, START + 200]) {
        await stage.produce(stage.id, [{ timestamp: time, value }])
      }
      await ask(stage, "earliest", -2)
      await ask(stage, "latest", -1)
      await ask(stage, "greatest timestamp", -3)
      await ask(stage, "earliest on local disks", -4)
      await ask(stage, "latest in tiered storage", -5)
      await ask(stage, "seconds in place of milliseconds", 1)
      await ask(stage, "exactly the first", START)
      await ask(stage, "between", START + 20)
      await ask(stage, "later than an earlier record", START + 75)
      await ask(stage, "after the last", START + 300)
      await ask(stage, "a number that stands for nothing", -9)
      await ask(stage, "greatest timestamp for an old client", -3, { version: 6 })
    },
  },
  {
    name: "offsets of a partition that cannot tell",
    async play(stage) {
      await stage.createTopic(stage.id)
      await ask(stage, "in the epoch of now", -1, { epoch: 0 })
      await ask(stage, "in an epoch to come", -1, { epoch: 3 })
      await ask(stage, "of a follower", -1, { on: 2 })
      const body = (name: string, partitionIndex: number) => ({
        replicaId: -1,
        isolationLevel: 0,
        topics: [{ name, partitions: [{ partitionIndex, currentLeaderEpoch: -1, timestamp: -1 }] }],
      })
      await stage.ask("no such topic", listOffsets, 7, body(`${stage.id}-missing`, 0), { on: 1 })
      await stage.ask("no such partition", listOffsets, 7, body(stage.id, 5), { on: 1 })
    },
  },
  {
    name: "records that are deleted",
    proves: ["L08f"],
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["a", "b", "c", "d", "e", "f"])
      const remove = async (label: string, offset: number, { name = stage.id, partitionIndex = 0, on = 1 } = {}) => {
        const topics = [{ name, partitions: [{ partitionIndex, offset }] }]
        await stage.ask(label, deleteRecords, 2, { topics, timeoutMs: 10_000 }, { on })
      }
      await remove("up to 2", 2)
      await remove("up to 1, which are gone", 1)
      await remove("behind the end", 7)
      await remove("a number that stands for nothing", -2)
      await remove("no such topic", 1, { name: `${stage.id}-missing` })
      await remove("no such partition", 1, { partitionIndex: 5 })
      await remove("of a follower", 3, { on: 2 })
      await stage.noteRead("what is gone", stage.id, { from: 1 })
      await stage.noteRead("what is left", stage.id, { from: 2 })
      await ask(stage, "earliest", -2)
      await remove("all", -1)
      await ask(stage, "earliest is latest", -2)
      await stage.noteProduce("the next offset", stage.id, ["g"])
    },
  },
  {
    name: "records of a compacted topic are not deleted",
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "cleanup.policy": "compact" } })
      await stage.produce(stage.id, [{ timestamp: Date.now(), key: value, value }])
      const topics = [{ name: stage.id, partitions: [{ partitionIndex: 0, offset: 1 }] }]
      await stage.ask("compacted", deleteRecords, 2, { topics, timeoutMs: 10_000 }, { on: 1 })
    },
  },
  {
    name: "reading is not deleting",
    proves: ["L01a", "L01b", "L08c"],
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["a", "b", "c"])
      for (const reader of ["one", "two", "one from its start"]) await stage.noteRead(`reader ${reader}`, stage.id)
      await ask(stage, "the end is where it was", -1)
    },
  },
  {
    name: "isolation of offsets without transactions",
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["a"])
      for (const isolationLevel of [0, 1]) {
        const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }]
        const body = { maxWaitMs: 0, minBytes: 0, isolationLevel, topics: [{ topic: stage.id, partitions }] }
        await stage.ask(`isolation ${isolationLevel}`, fetch, 12, body, { on: 1 })
      }
    },
  },
]
