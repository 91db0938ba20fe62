import { createPartitions } from "../../../src/protocol/api/37_createPartitions"
import { electLeaders } from "../../../src/protocol/api/43_electLeaders"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import { describeTopicPartitions } from "../../../src/protocol/api/75_describeTopicPartitions"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

const MIN_ISR = "min.insync.replicas"
const MIN_ISR_2 = { [MIN_ISR]: "2" }
const PREFERRED = 0
const TOPIC = 2
const BROKER = 4
const SET = 0
const DELETE = 1

/** Who is eligible, and who led last. */
async function noteEligible(stage: Stage, label: string): Promise<void> {
  const { topics } = await stage.send(describeTopicPartitions, 0, { topics: [{ name: stage.id }] }, { on: 1 })
  const { leaderId, leaderEpoch, isrNodes, eligibleLeaderReplicas, lastKnownElr } = topics[0]?.partitions[0] ?? {}
  stage.note(label, { leaderId, leaderEpoch, isrNodes, eligibleLeaderReplicas, lastKnownElr })
}

async function untilBrokers(stage: Stage, count: number): Promise<void> {
  await stage.until(`${count} brokers`, async () => (await stage.brokersSeenBy(1)) === count)
}

async function untilNobodyLeads(stage: Stage): Promise<void> {
  await stage.until("no leader", async () => (await stage.partition(stage.id)).leaderId === -1)
}

async function alter(stage: Stage, label: string, resource: Resource, value: string | null): Promise<void> {
  const configs = [{ name: MIN_ISR, configOperation: value === null ? DELETE : SET, value }]
  await stage.ask(label, incrementalAlterConfigs, 1, { resources: [{ ...resource, configs }] }, { on: 1 })
}

/** Broker 3 led and was killed; 2 leads alone. */
async function loseFirstLeader(stage: Stage): Promise<void> {
  await stage.createTopic(stage.id, { replicas: [[3, 2]], configs: MIN_ISR_2 })
  await stage.produce(stage.id, ["a"])
  await stage.kill(3)
  await stage.untilLed(stage.id, 0, 2)
  await stage.untilIsr(stage.id, [2])
}

interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

/** Eligible leader replicas (KIP-966) after clean and unclean restarts. Node 1 is the controller and stays. */
export const eligibleLeaders: readonly Scenario[] = [
  {
    name: "an eligible leader may not lead while somebody is in sync",
    faults: true,
    proves: ["Eligible leader replicas"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[3, 2]], configs: MIN_ISR_2 })
      await stage.produce(stage.id, ["a"])
      await stage.stop(3)
      await stage.untilLed(stage.id, 0, 2)
      await stage.untilIsr(stage.id, [2])
      await stage.side.cut(2, 3)
      await stage.start(3)
      await untilBrokers(stage, 3)
      await noteEligible(stage, "it is back and behind")
      const topicPartitions = [{ topic: stage.id, partitions: [0] }]
      const election = { electionType: PREFERRED, topicPartitions, timeoutMs: 10_000 }
      await stage.ask("it is preferred", electLeaders, 2, election, { on: 1 })
      await noteEligible(stage, "nothing has changed")
      await stage.side.heal(2, 3)
      await stage.untilIsr(stage.id, [2, 3])
      await noteEligible(stage, "in sync")
      await stage.ask("it is preferred again", electLeaders, 2, election, { on: 1 })
      await stage.untilLed(stage.id, 0, 3)
      await noteEligible(stage, "it leads")
    },
  },
  {
    name: "an unclean restart ends eligibility",
    faults: true,
    proves: ["Eligible leader replicas"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]], configs: MIN_ISR_2 })
      await stage.produce(stage.id, ["a"])
      await stage.kill(3)
      await stage.untilIsr(stage.id, [2])
      await noteEligible(stage, "eligible while it is away")
      await stage.side.cut(2, 3)
      await stage.start(3)
      await untilBrokers(stage, 3)
      await noteEligible(stage, "not any more")
      await stage.side.heal(2, 3)
      await stage.untilIsr(stage.id, [2, 3])
      await noteEligible(stage, "in sync")
      await stage.noteRead("all is there", stage.id)
    },
  },
  {
    name: "a clean restart keeps eligibility",
    faults: true,
    proves: ["Eligible leader replicas"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]], configs: MIN_ISR_2 })
      await stage.produce(stage.id, ["a"])
      await stage.stop(3)
      await stage.untilIsr(stage.id, [2])
      await noteEligible(stage, "eligible while it is away")
      await stage.kill(2)
      await untilNobodyLeads(stage)
      await noteEligible(stage, "both are")
      await stage.start(2)
      await untilBrokers(stage, 2)
      await noteEligible(stage, "the last leader was killed")
      await stage.start(3)
      await stage.untilLed(stage.id, 0, 3)
      await stage.untilIsr(stage.id, [2, 3])
      await noteEligible(stage, "the other one was not")
      await stage.noteRead("all is there", stage.id)
    },
  },
  {
    name: "the last leader leads when nobody is eligible",
    faults: true,
    proves: ["Eligible leader replicas"],
    async play(stage) {
      await loseFirstLeader(stage)
      await stage.produce(stage.id, ["b"], { acks: 1 })
      await stage.kill(2)
      await untilNobodyLeads(stage)
      await noteEligible(stage, "both are eligible")
      await stage.start(3)
      await untilBrokers(stage, 2)
      await noteEligible(stage, "one that was killed")
      await stage.kill(3)
      await untilBrokers(stage, 1)
      await stage.start(2)
      await stage.untilLed(stage.id, 0, 2)
      await noteEligible(stage, "the last leader, killed as well")
      await stage.start(3)
      await stage.untilIsr(stage.id, [2, 3])
      await stage.until("the watermark", async () => (await stage.read(stage.id)).highWatermark === 2)
      await noteEligible(stage, "both are back")
      await stage.noteRead("all that the last leader had", stage.id)
    },
  },
  {
    name: "a last leader that is away does not lead",
    faults: true,
    proves: ["Eligible leader replicas"],
    async play(stage) {
      await loseFirstLeader(stage)
      await stage.kill(2)
      await untilNobodyLeads(stage)
      await stage.start(2)
      await untilBrokers(stage, 2)
      await noteEligible(stage, "the last leader is back")
      await stage.kill(2)
      await untilBrokers(stage, 1)
      await stage.start(3)
      await untilBrokers(stage, 2)
      await noteEligible(stage, "nobody is eligible, and it is away")
      await stage.start(2)
      await stage.untilLed(stage.id, 0, 2)
      await stage.untilIsr(stage.id, [2, 3])
      await noteEligible(stage, "it is back for good")
      await stage.noteRead("all is there", stage.id)
    },
  },
  {
    name: "another minimum ends eligibility",
    faults: true,
    proves: ["Eligible leader replicas"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 3]], configs: MIN_ISR_2 })
      const topic = { resourceType: TOPIC, resourceName: stage.id }
      await stage.stop(3)
      await stage.untilIsr(stage.id, [2])
      await noteEligible(stage, "one is eligible")
      await alter(stage, "a lower minimum", topic, "1")
      await stage.until("nobody eligible", async () => {
        const { eligibleLeaderReplicas } = await stage.partition(stage.id)
        return eligibleLeaderReplicas?.length === 0
      })
      await noteEligible(stage, "nobody is")
      await alter(stage, "the old minimum", topic, "2")
      // A change that comes after it shows that nothing is to follow.
      const more = { topics: [{ name: stage.id, count: 2, assignments: [{ brokerIds: [2, 1] }] }], timeoutMs: 20_000 }
      await stage.ask("a partition", createPartitions, 3, more, { on: 1 })
      await stage.untilLed(stage.id, 1, 2)
      await noteEligible(stage, "still nobody is")
      await stage.start(3)
      await stage.untilIsr(stage.id, [2, 3])
      await noteEligible(stage, "in sync")
    },
  },
  {
    name: "one minimum for all brokers",
    proves: ["Eligible leader replicas"],
    async play(stage) {
      await alter(stage, "of one broker", { resourceType: BROKER, resourceName: "2" }, "2")
      await alter(stage, "of one broker, removed", { resourceType: BROKER, resourceName: "2" }, null)
      await alter(stage, "of all brokers, removed", { resourceType: BROKER, resourceName: "" }, null)
    },
  },
]
