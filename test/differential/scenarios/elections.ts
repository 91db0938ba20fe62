import { electLeaders } from "../../../src/protocol/api/43_electLeaders"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import { alterPartitionReassignments } from "../../../src/protocol/api/45_alterPartitionReassignments"
import { listPartitionReassignments } from "../../../src/protocol/api/46_listPartitionReassignments"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

const PREFERRED = 0
const UNCLEAN = 1

async function elect(stage: Stage, label: string, electionType: number, topic = stage.id, partition = 0) {
  const topicPartitions = [{ topic, partitions: [partition] }]
  await stage.ask(label, electLeaders, 2, { electionType, topicPartitions, timeoutMs: 10_000 }, { on: 1 })
}

/** How many leaders there were before says nothing of this one: on a busy machine a session may have ended, too. */
async function noteElection(stage: Stage, label: string, epochBefore: number): Promise<void> {
  const { leaderEpoch, ...found } = await stage.partition(stage.id)
  stage.note(label, { ...found, epochsLater: leaderEpoch - epochBefore })
}

async function allowUnclean(stage: Stage): Promise<void> {
  const configs = [{ name: "unclean.leader.election.enable", configOperation: 0, value: "true" }]
  const resources = [{ resourceType: 2, resourceName: stage.id, configs }]
  await stage.ask("allowed", incrementalAlterConfigs, 1, { resources }, { on: 1 })
}

async function reassign(stage: Stage, label: string, replicas: readonly number[] | null, name = stage.id) {
  const topics = [{ name, partitions: [{ partitionIndex: 0, replicas }] }]
  await stage.ask(label, alterPartitionReassignments, 0, { topics, timeoutMs: 20_000 }, { on: 1 })
}

async function listed(stage: Stage) {
  const topics = [{ name: stage.id, partitionIndexes: [0] }]
  return await stage.send(listPartitionReassignments, 0, { topics, timeoutMs: 20_000 }, { on: 1 })
}

async function untilReassigned(stage: Stage): Promise<void> {
  await stage.until("the end of the reassignment", async () => (await listed(stage)).topics.length === 0)
}

/** Elections and reassignments: those that somebody asks for, and those that come by themselves. */
export const elections: readonly Scenario[] = [
  {
    name: "a preferred election",
    faults: true,
    proves: ["L07a"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 1]] })
      await elect(stage, "not needed", PREFERRED)
      await elect(stage, "no such topic", PREFERRED, `${stage.id}-missing`)
      await elect(stage, "no such partition", PREFERRED, stage.id, 5)
      await elect(stage, "a kind that there is not", 7)
      await stage.kill(2)
      await stage.untilLed(stage.id, 0, 1)
      await elect(stage, "the preferred one is away", PREFERRED)
      await stage.start(2)
      await stage.untilIsr(stage.id, [1, 2])
      await stage.notePartition("it is back", stage.id)
      await elect(stage, "now", PREFERRED)
      await stage.untilLed(stage.id, 0, 2)
      await stage.notePartition("it leads", stage.id)
    },
  },
  {
    name: "an unclean election that is asked for",
    faults: true,
    proves: ["L07f"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]] })
      await stage.produce(stage.id, ["a"])
      await elect(stage, "not needed", UNCLEAN)
      await stage.kill(3)
      await stage.untilIsr(stage.id, [2])
      await stage.produce(stage.id, ["b"])
      await stage.kill(2)
      await stage.until("no leader", async () => (await stage.partition(stage.id)).leaderId === -1)
      await elect(stage, "nobody is there", UNCLEAN)
      await elect(stage, "a clean one", PREFERRED)
      await stage.start(3)
      await stage.until("two brokers", async () => (await stage.brokersSeenBy(1)) === 2)
      await elect(stage, "now", UNCLEAN)
      await stage.untilLed(stage.id, 0, 3)
      await stage.notePartition("it leads", stage.id)
      await stage.noteRead("what it has", stage.id)
    },
  },
  {
    name: "a preferred election that nobody asked for",
    faults: true,
    shape: "elections that nobody asks for",
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 1, 3]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.kill(2)
      await stage.untilLed(stage.id, 0, 1)
      await stage.untilIsr(stage.id, [1, 3])
      const { leaderEpoch, ...before } = await stage.partition(stage.id)
      stage.note("another leads", before)
      await stage.start(2)
      await stage.untilLed(stage.id, 0, 2)
      await noteElection(stage, "the preferred one leads again", leaderEpoch)
      await stage.noteRead("all is there", stage.id)
    },
  },
  {
    name: "an unclean election that is allowed later",
    faults: true,
    shape: "elections that nobody asks for",
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]] })
      await stage.produce(stage.id, ["a"])
      await stage.kill(3)
      await stage.untilIsr(stage.id, [2])
      await stage.produce(stage.id, ["b"])
      await stage.kill(2)
      await stage.until("no leader", async () => (await stage.partition(stage.id)).leaderId === -1)
      await stage.start(3)
      await stage.until("two brokers", async () => (await stage.brokersSeenBy(1)) === 2)
      const { leaderEpoch, ...before } = await stage.partition(stage.id)
      stage.note("the one that is there may not lead", before)
      await allowUnclean(stage)
      await stage.untilLed(stage.id, 0, 3)
      await noteElection(stage, "now it leads", leaderEpoch)
      await stage.noteRead("what it has", stage.id)
    },
  },
  {
    name: "replicas that move",
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1, 2]] })
      await stage.produce(stage.id, ["a", "b"])
      await reassign(stage, "moved", [3, 2])
      await untilReassigned(stage)
      await stage.untilLed(stage.id)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.notePartition("in the end", stage.id)
      await stage.noteRead("all is there", stage.id)
      await reassign(stage, "where it is already", [3, 2])
      await reassign(stage, "one more", [3, 2, 1])
      await untilReassigned(stage)
      await stage.notePartition("three", stage.id)
      await reassign(stage, "another order", [2, 1, 3])
      await untilReassigned(stage)
      await stage.notePartition("ordered", stage.id)
    },
  },
  {
    name: "moves that are refused",
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1, 2]] })
      await reassign(stage, "to nobody", [])
      await reassign(stage, "to a broker that is not there", [1, 9])
      await reassign(stage, "to a broker twice", [1, 1])
      await reassign(stage, "to a broker below zero", [-1])
      await reassign(stage, "no such topic", [1], `${stage.id}-missing`)
      await reassign(stage, "cancelled, though there is none", null)
      stage.note("none is listed", await listed(stage))
    },
  },
  {
    name: "a move that is cancelled",
    faults: true,
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1, 2]] })
      await stage.produce(stage.id, ["a"])
      await stage.kill(3)
      await stage.until("two brokers", async () => (await stage.brokersSeenBy(1)) === 2)
      await reassign(stage, "to a broker that is away", [1, 3])
      stage.note("under way", await listed(stage))
      await stage.notePartition("all are replicas", stage.id)
      await reassign(stage, "another goal", [2, 3])
      stage.note("another goal under way", await listed(stage))
      await reassign(stage, "cancelled", null)
      stage.note("none", await listed(stage))
      await stage.notePartition("as before", stage.id)
    },
  },
]
