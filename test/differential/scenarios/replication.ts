import { fetch } from "../../../src/protocol/api/01_fetch"
import { metadata } from "../../../src/protocol/api/03_metadata"
import { createTopics } from "../../../src/protocol/api/19_createTopics"
import { deleteTopics } from "../../../src/protocol/api/20_deleteTopics"
import { offsetForLeaderEpoch } from "../../../src/protocol/api/23_offsetForLeaderEpoch"
import { describeCluster } from "../../../src/protocol/api/60_describeCluster"
import type { Scenario } from "../scenario"

const MIN_ISR_2 = { "min.insync.replicas": "2" }

/** What replicas, leaders and their epochs do when nodes come and go. Node 1 is the controller and stays. */
export const replication: readonly Scenario[] = [
  {
    name: "a leader is killed and comes back",
    faults: true,
    proves: ["L07a", "L02c", "Leader change → epoch +1"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3, 1]] })
      await stage.noteProduce("before", stage.id, ["a", "b"])
      await stage.kill(2)
      await stage.untilLed(stage.id, 0, 3)
      await stage.untilIsr(stage.id, [1, 3])
      await stage.notePartition("after the kill", stage.id)
      await stage.noteProduce("on the new leader", stage.id, ["c"])
      await stage.start(2)
      await stage.untilIsr(stage.id, [1, 2, 3])
      await stage.notePartition("after its return", stage.id)
      await stage.noteRead("all is there", stage.id)
    },
  },
  {
    name: "a follower is killed and comes back",
    faults: true,
    proves: ["L07b", "acks=all waits for every current ISR member"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3, 1]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.kill(3)
      await stage.noteProduce("waits until it is out", stage.id, ["b"], { on: 2 })
      await stage.untilIsr(stage.id, [1, 2])
      await stage.notePartition("after the kill", stage.id)
      await stage.start(3)
      await stage.untilIsr(stage.id, [1, 2, 3])
      await stage.notePartition("after its return", stage.id)
      await stage.noteRead("all is there", stage.id)
    },
  },
  {
    name: "a follower that no longer fetches",
    faults: true,
    proves: ["L07c", "ISR by time"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.side.cut(2, 3)
      const waiting = stage.produce(stage.id, ["b"])
      await stage.until("an unacknowledged record", async () => {
        const { highWatermark } = await stage.read(stage.id, { on: 2 })
        return highWatermark === 1
      })
      stage.note("acknowledged without it", await waiting)
      await stage.notePartition("it is out", stage.id)
      await stage.noteRead("the watermark jumps", stage.id)
      await stage.side.heal(2, 3)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.notePartition("it is back", stage.id)
    },
  },
  {
    name: "too few replicas in sync",
    faults: true,
    proves: ["L07d", "L07e", "L15b", "ISR < min.insync.replicas before append → 19"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1, 2, 3]], configs: MIN_ISR_2 })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.kill(3)
      await stage.untilIsr(stage.id, [1, 2])
      await stage.noteProduce("two are enough", stage.id, ["b"])
      await stage.kill(2)
      await stage.untilIsr(stage.id, [1])
      await stage.notePartition("one is left", stage.id)
      await stage.noteProduce("acks of all", stage.id, ["refused"])
      await stage.noteProduce("acks of one", stage.id, ["c"], { acks: 1 })
      await stage.noteRead("it is not to be seen", stage.id)
      await stage.start(2)
      await stage.untilIsr(stage.id, [1, 2])
      await stage.until("the watermark", async () => (await stage.read(stage.id)).highWatermark === 3)
      await stage.noteRead("now it is", stage.id)
      await stage.notePartition("two are back", stage.id)
    },
  },
  {
    name: "too few replicas in sync after the append",
    faults: true,
    proves: ["after → 20", "the high watermark does not advance while ISR < min"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]], configs: MIN_ISR_2 })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.side.cut(2, 3)
      await stage.noteProduce("in vain", stage.id, ["b"], { timeoutMs: 8_000 })
      await stage.untilIsr(stage.id, [2])
      await stage.notePartition("one is left", stage.id)
      await stage.noteRead("the watermark stands", stage.id)
      await stage.side.heal(2, 3)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.until("the watermark", async () => (await stage.read(stage.id)).highWatermark === 2)
      await stage.noteRead("it was appended", stage.id)
    },
  },
  {
    name: "min.insync.replicas above the number of replicas",
    faults: true,
    proves: ["the effective minimum is min(min.insync.replicas, number of replicas)"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]], configs: { "min.insync.replicas": "3" } })
      await stage.noteProduce("two of two", stage.id, ["a"])
      await stage.kill(3)
      await stage.untilIsr(stage.id, [2])
      await stage.noteProduce("one of two", stage.id, ["b"])
      await stage.notePartition("its ISR", stage.id)
    },
  },
  {
    name: "an acknowledged record of acks 1 is lost",
    faults: true,
    proves: ["L05b"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.side.cut(2, 3)
      await stage.noteProduce("acknowledged by one", stage.id, ["lost"], { acks: 1, on: 2 })
      await stage.kill(2)
      await stage.untilLed(stage.id, 0, 3)
      await stage.noteRead("it is gone", stage.id)
      await stage.noteProduce("its offset again", stage.id, ["b"], { acks: 1 })
      await stage.side.heal(2, 3)
      await stage.start(2)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.notePartition("the old leader follows", stage.id)
      await stage.noteRead("what is left", stage.id)
    },
  },
  {
    name: "a record that nobody acknowledged",
    faults: true,
    proves: ["L05c"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.side.cut(2, 3)
      const lost = stage.outcome("acks of all", () => stage.produce(stage.id, ["not acknowledged"], { on: 2 }))
      await stage.until("its append", async () => (await stage.offsets(stage.id, { on: 2 }))[1] === 1)
      await stage.kill(2)
      await lost
      await stage.untilLed(stage.id, 0, 3)
      await stage.noteRead("nothing acknowledged is gone", stage.id)
    },
  },
  {
    name: "nobody is left to lead",
    faults: true,
    proves: ["L07f"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.kill(3)
      await stage.untilIsr(stage.id, [2])
      await stage.noteProduce("only the leader has it", stage.id, ["b"])
      await stage.kill(2)
      await stage.until("no leader", async () => (await stage.partition(stage.id)).leaderId === -1)
      await stage.notePartition("nobody", stage.id)
      await stage.start(3)
      await stage.until("two brokers", async () => (await stage.brokersSeenBy(1)) === 2)
      await stage.notePartition("one that may not lead", stage.id)
      await stage.start(2)
      await stage.untilLed(stage.id, 0, 2)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.notePartition("the last one leads", stage.id)
      await stage.noteRead("all is there", stage.id)
    },
  },
  {
    name: "an unclean election",
    faults: true,
    proves: ["L07f"],
    async play(stage) {
      const configs = { "unclean.leader.election.enable": "true" }
      await stage.createTopic(stage.id, { replicas: [[2, 3]], configs })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.kill(3)
      await stage.untilIsr(stage.id, [2])
      await stage.noteProduce("only the leader has it", stage.id, ["b", "c"])
      await stage.kill(2)
      await stage.until("no leader", async () => (await stage.partition(stage.id)).leaderId === -1)
      await stage.start(3)
      await stage.untilLed(stage.id, 0, 3)
      await stage.notePartition("one that was not in sync leads", stage.id)
      await stage.noteRead("what it has", stage.id)
      await stage.noteProduce("the same offset again", stage.id, ["d"])
      await stage.start(2)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.noteRead("what is left", stage.id)
      await stage.notePartition("in the end", stage.id)
    },
  },
  {
    name: "an eligible leader that was stopped",
    faults: true,
    proves: ["L07f", "Eligible leader replicas"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]], configs: MIN_ISR_2 })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.stop(3)
      await stage.untilIsr(stage.id, [2])
      await stage.notePartition("one is eligible", stage.id)
      await stage.kill(2)
      await stage.until("no leader", async () => (await stage.partition(stage.id)).leaderId === -1)
      await stage.notePartition("nobody leads", stage.id)
      await stage.start(3)
      await stage.untilLed(stage.id, 0, 3)
      await stage.notePartition("the eligible one leads", stage.id)
      await stage.start(2)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.notePartition("both are back", stage.id)
    },
  },
  {
    name: "an eligible leader that was killed",
    faults: true,
    proves: ["Eligible leader replicas"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]], configs: MIN_ISR_2 })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.kill(3)
      await stage.untilIsr(stage.id, [2])
      await stage.notePartition("one is eligible", stage.id)
      await stage.kill(2)
      await stage.until("no leader", async () => (await stage.partition(stage.id)).leaderId === -1)
      await stage.notePartition("nobody leads", stage.id)
      await stage.start(3)
      await stage.until("two brokers", async () => (await stage.brokersSeenBy(1)) === 2)
      await stage.notePartition("it comes back from a kill", stage.id)
      await stage.start(2)
      await stage.untilLed(stage.id)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.notePartition("both are back", stage.id)
      await stage.noteRead("nothing is lost", stage.id)
    },
  },
  {
    name: "epochs after a change of leaders",
    faults: true,
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 1]] })
      await stage.produce(stage.id, ["a", "b"])
      await stage.kill(2)
      await stage.untilLed(stage.id, 0, 1)
      await stage.produce(stage.id, ["c"])
      const fetchIn = (currentLeaderEpoch: number) => {
        const partitions = [{ partition: 0, fetchOffset: 0, currentLeaderEpoch, partitionMaxBytes: 1_000_000 }]
        return { maxWaitMs: 0, minBytes: 0, topics: [{ topic: stage.id, partitions }] }
      }
      for (const epoch of [0, 1, 2]) await stage.ask(`fetch in epoch ${epoch}`, fetch, 12, fetchIn(epoch), { on: 1 })
      for (const leaderEpoch of [0, 1, 2]) {
        const partitions = [{ partition: 0, currentLeaderEpoch: 1, leaderEpoch }]
        const body = { replicaId: -1, topics: [{ topic: stage.id, partitions }] }
        await stage.ask(`end of epoch ${leaderEpoch}`, offsetForLeaderEpoch, 4, body, { on: 1 })
      }
      await stage.start(2)
      await stage.untilIsr(stage.id, [1, 2])
      await stage.noteProduce("to the old leader", stage.id, ["d"], { on: 2 })
    },
  },
  {
    name: "a controlled shutdown",
    faults: true,
    proves: ["L02c"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3, 1]], configs: MIN_ISR_2 })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.stop(2)
      await stage.untilLed(stage.id, 0, 3)
      await stage.notePartition("it has handed over", stage.id)
      await stage.noteProduce("meanwhile", stage.id, ["b"])
      await stage.start(2)
      await stage.untilIsr(stage.id, [1, 2, 3])
      await stage.notePartition("it is back", stage.id)
    },
  },
  {
    name: "a leader that stands still",
    faults: true,
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3, 1]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.pause(2)
      await stage.untilLed(stage.id, 0, 3)
      await stage.noteProduce("on the new leader", stage.id, ["b"])
      await stage.notePartition("without it", stage.id)
      await stage.resume(2)
      await stage.untilIsr(stage.id, [1, 2, 3])
      await stage.noteProduce("to the old leader", stage.id, ["c"], { on: 2 })
      await stage.notePartition("with it", stage.id)
      await stage.noteRead("what there is", stage.id)
    },
  },
  {
    name: "a topic of one replica",
    faults: true,
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[3]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.kill(3)
      await stage.until("no leader", async () => (await stage.partition(stage.id)).leaderId === -1)
      const { topics } = await stage.send(metadata, 9, { topics: [{ name: stage.id }] }, { on: 1 })
      stage.note("metadata", topics)
      await stage.noteProduce("to another broker", stage.id, ["b"], { on: 1 })
      await stage.start(3)
      await stage.untilLed(stage.id, 0, 3)
      await stage.notePartition("it is back", stage.id)
      await stage.noteRead("with all that it had", stage.id)
    },
  },
  {
    name: "brokers that are fenced",
    faults: true,
    proves: ["L02c", "L16e"],
    async play(stage) {
      await stage.kill(3)
      await stage.until("two brokers", async () => (await stage.brokersSeenBy(1)) === 2)
      const { brokers } = await stage.send(describeCluster, 2, { includeFencedBrokers: true }, { on: 1 })
      stage.note(
        "all that are registered",
        brokers.map(({ brokerId, isFenced }) => ({ brokerId, isFenced })),
      )
      const create = async (label: string, name: string, replicationFactor: number, brokerIds?: readonly number[]) => {
        const assignments = brokerIds ? [{ partitionIndex: 0, brokerIds }] : []
        const counts = brokerIds
          ? { numPartitions: -1, replicationFactor: -1 }
          : { numPartitions: 1, replicationFactor }
        const body = { topics: [{ name, ...counts, assignments }], timeoutMs: 20_000 }
        const { topics } = await stage.send(createTopics, 7, body, { on: 1 })
        stage.note(label, { errorCode: topics[0]?.errorCode ?? 0 })
      }
      await create("three replicas on two brokers", `${stage.id}-a`, 3)
      await create("two replicas", `${stage.id}-b`, 2)
      await create("by hand, also on the fenced one", `${stage.id}-c`, -1, [1, 3])
      await create("by hand, only on the fenced one", `${stage.id}-d`, -1, [3])
      await stage.notePartition("where it lies", `${stage.id}-c`)
      await stage.start(3)
      await stage.untilIsr(`${stage.id}-c`, [1, 3])
      await stage.notePartition("after its return", `${stage.id}-c`)
    },
  },
  {
    name: "a topic that is deleted while a replica is away",
    faults: true,
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]] })
      await stage.produce(stage.id, ["a"])
      await stage.kill(3)
      await stage.ask("deleted", deleteTopics, 5, { topicNames: [stage.id], timeoutMs: 20_000 }, { on: 1 })
      await stage.start(3)
      await stage.createTopic(stage.id, { replicas: [[3, 2]] })
      await stage.noteRead("a new one of the same name", stage.id)
      await stage.noteProduce("its first record", stage.id, ["b"])
    },
  },
]
