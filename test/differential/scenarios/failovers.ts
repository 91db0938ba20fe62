import { metadata } from "../../../src/protocol/api/03_metadata"
import { createTopics } from "../../../src/protocol/api/19_createTopics"
import { describeLogDirs } from "../../../src/protocol/api/35_describeLogDirs"
import { createPartitions } from "../../../src/protocol/api/37_createPartitions"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import { describeQuorum } from "../../../src/protocol/api/55_describeQuorum"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { ClassicMember, committedOffset, describeGroup } from "../classicMember"
import type { Scenario } from "../scenario"
import { nodes } from "../side"
import type { Stage } from "../stage"
import { TransactionalProducer } from "../transaction"
import { noteBoth, untilStable } from "./transactions"

/** A broker that finds no controller keeps a request for a minute (BrokerServer: its forwarding channel). */
const PATIENCE_MS = 100_000

/** The first name whose coordinator is one of these: node 1 is the controller and stays. */
async function nameOn(stage: Stage, keyType: 0 | 1, wanted: readonly number[]): Promise<{ name: string; on: number }> {
  for (let index = 0; index < 50; index++) {
    const name = `${stage.id}-${index}`
    const on = await stage.coordinator(name, keyType)
    if (wanted.includes(on)) return { name, on }
  }
  throw new Error(`Nodes ${wanted} coordinate nothing.`)
}

async function quorumLeader(stage: Stage): Promise<{ leaderId: number; leaderEpoch: number }> {
  const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }]
  return await stage.until("a leader of the quorum", async () => {
    const answer = await stage.send(describeQuorum, 1, { topics })
    const found = answer.topics[0]?.partitions[0]
    if (!found || found.errorCode !== ErrorCode.None || found.leaderId < 1) return undefined
    return { leaderId: found.leaderId, leaderEpoch: found.leaderEpoch }
  })
}

/** Who is in the quorum, without what differs from run to run. */
async function describeVoters(stage: Stage) {
  const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }]
  const { errorCode, topics: answered } = await stage.send(describeQuorum, 1, { topics }, { timeoutMs: PATIENCE_MS })
  const found = answered[0]?.partitions[0]
  return {
    errorCode,
    partitionErrorCode: found?.errorCode ?? ErrorCode.None,
    voters: found?.currentVoters.map(({ replicaId }) => replicaId).sort() ?? [],
    observers: found?.observers.length ?? 0,
    isLedByVoter: found?.currentVoters.some(({ replicaId }) => replicaId === found.leaderId) ?? false,
  }
}

/** Changes of metadata, of each kind one, and what becomes of them. */
async function tryToChange(stage: Stage, topic: string, newTopic: string) {
  const limit = { timeoutMs: PATIENCE_MS }
  const creation = { topics: [{ name: newTopic, numPartitions: 1, replicationFactor: 1 }], timeoutMs: 3_000 }
  const growth = { topics: [{ name: topic, count: 2, assignments: null }], timeoutMs: 3_000 }
  const configs = [{ name: "retention.ms", configOperation: 0, value: "7000" }]
  const change = { resources: [{ resourceType: 2, resourceName: topic, configs }] }
  const [created, grown, changed] = await Promise.all([
    stage.send(createTopics, 7, creation, limit),
    stage.send(createPartitions, 3, growth, limit),
    stage.send(incrementalAlterConfigs, 1, change, limit),
  ])
  return {
    "a topic": { errorCode: created.topics[0]?.errorCode ?? ErrorCode.None },
    "a partition": { errorCode: grown.results[0]?.errorCode ?? ErrorCode.None },
    "a config": { errorCode: changed.responses[0]?.errorCode ?? ErrorCode.None },
  }
}

/** How many bytes of a partition's log a node holds. */
async function bytesOn(stage: Stage, on: number): Promise<number> {
  const topics = [{ topic: stage.id, partitions: [0] }]
  const { results } = await stage.send(describeLogDirs, 4, { topics }, { on })
  return results[0]?.topics[0]?.partitions[0]?.partitionSize ?? 0
}

async function isrSize(stage: Stage, topic: string): Promise<number> {
  return (await stage.partition(topic)).isrNodes.length
}

async function createOne(stage: Stage, name: string, timeoutMs: number) {
  const topic = { name, numPartitions: 1, replicationFactor: 1 }
  const answer = await stage.send(createTopics, 7, { topics: [topic], timeoutMs })
  return { errorCode: answer.topics[0]?.errorCode ?? ErrorCode.UnknownServerError }
}

/** Coordinators and controllers that die while somebody needs them. */
export const failovers: readonly Scenario[] = [
  {
    name: "a group whose coordinator dies",
    faults: true,
    async play(stage) {
      await stage.createTopic(stage.id)
      const { name, on } = await nameOn(stage, 0, [2, 3])
      const member = new ClassicMember(stage, name)
      await member.join()
      await member.sync({ [member.memberId]: "all" })
      stage.note("commit", await member.commit(stage.id, 4))
      await stage.kill(on)
      // A heartbeat would not tell: while it loads its groups, a coordinator answers every one of them with NONE.
      await stage.until("another coordinator", async () => {
        const { errorCode } = await committedOffset(stage, name, stage.id)
        return errorCode === ErrorCode.None
      })
      stage.note("heartbeat", { errorCode: await member.heartbeat() })
      const group = await describeGroup(stage, name)
      stage.note("the group is as it was", { state: group?.groupState, members: group?.members.length })
      stage.note("its offset", await committedOffset(stage, name, stage.id))
      stage.note("another commit", await member.commit(stage.id, 6))
      stage.note("its offset now", await committedOffset(stage, name, stage.id))
    },
  },
  {
    name: "a transaction whose coordinator dies",
    faults: true,
    transactions: true,
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1]] })
      const { name, on } = await nameOn(stage, 1, [2, 3])
      const producer = new TransactionalProducer(stage, name)
      await producer.init()
      await producer.add(stage.id)
      stage.note("before", await producer.produce(stage.id, ["a"]))
      await stage.kill(on)
      const { errorCode } = await stage.until("another coordinator", async () => {
        const answer = await producer.end(true)
        const isMoving =
          answer.errorCode === ErrorCode.NotCoordinator ||
          answer.errorCode === ErrorCode.CoordinatorLoadInProgress ||
          answer.errorCode === ErrorCode.CoordinatorNotAvailable ||
          answer.errorCode === ErrorCode.ConcurrentTransactions
        return isMoving ? undefined : answer
      })
      stage.note("committed by another", { errorCode })
      await untilStable(stage)
      await noteBoth(stage, "afterwards")
    },
  },
  {
    name: "a transaction whose partition dies",
    faults: true,
    transactions: true,
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[3, 1]] })
      const producer = new TransactionalProducer(stage, stage.id)
      await producer.init()
      await producer.add(stage.id)
      stage.note("before", await producer.produce(stage.id, ["a"]))
      await stage.kill(3)
      await stage.untilLed(stage.id, 0, 1)
      await stage.untilIsr(stage.id, [1])
      await noteBoth(stage, "on the new leader")
      stage.note("goes on", await producer.produce(stage.id, ["b"]))
      const end = await stage.until("a coordinator", async () => {
        const answer = await producer.end(false)
        const isMoving =
          answer.errorCode === ErrorCode.NotCoordinator || answer.errorCode === ErrorCode.CoordinatorLoadInProgress
        return isMoving ? undefined : answer
      })
      stage.note("aborted", end)
      await untilStable(stage)
      await noteBoth(stage, "afterwards")
    },
  },
  {
    name: "a transaction that cannot be ended yet",
    faults: true,
    transactions: true,
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[3]] })
      const { name } = await nameOn(stage, 1, [1, 2])
      const producer = new TransactionalProducer(stage, name)
      await producer.init()
      await producer.add(stage.id)
      await producer.produce(stage.id, ["a"])
      await stage.kill(3)
      stage.note("committed", await producer.end(true))
      stage.note("its state", { state: (await producer.describe())?.transactionState })
      stage.note("the next partition", await producer.add(stage.id))
      stage.note("commit again", await producer.end(true))
      stage.note("abort", await producer.end(false))
      await stage.start(3)
      await stage.untilLed(stage.id, 0, 3)
      await producer.untilState("CompleteCommit")
      await untilStable(stage)
      await noteBoth(stage, "afterwards")
    },
  },
  {
    name: "a controller that dies",
    faults: true,
    shape: "three controllers",
    proves: ["L02a"],
    async play(stage) {
      await stage.createTopic(stage.id, {
        partitions: 3,
        replicas: [
          [1, 2, 3],
          [2, 3, 1],
          [3, 1, 2],
        ],
      })
      const before = await quorumLeader(stage)
      await stage.kill(before.leaderId)
      const after = await stage.until("another controller", async () => {
        const found = await quorumLeader(stage)
        return found.leaderId === before.leaderId ? undefined : found
      })
      stage.note("another leads, in a later epoch", { isLater: after.leaderEpoch > before.leaderEpoch })
      for (const partition of [0, 1, 2]) {
        const leader = await stage.untilLed(stage.id, partition)
        stage.note(`partition ${partition}`, await stage.produce(stage.id, ["a"], { partition, on: leader }))
      }
      const created = await stage.until("a controller at work", async () => {
        const answer = await createOne(stage, `${stage.id}-new`, 5_000)
        return answer.errorCode === ErrorCode.RequestTimedOut ? undefined : answer
      })
      stage.note("a topic", created)
    },
  },
  {
    name: "a quorum without its majority",
    faults: true,
    shape: "three controllers",
    proves: ["with the majority of the quorum gone, produce goes on and metadata changes time out"],
    async play(stage) {
      const before = await quorumLeader(stage)
      // A follower stays: nothing that it is asked for then gets into its own log.
      const [stays = 1, goes = 2] = nodes.filter((id) => id !== before.leaderId)
      const [own, shared, never] = [`${stage.id}-own`, `${stage.id}-shared`, `${stage.id}-never`]
      await stage.createTopic(own, { replicas: [[stays]] })
      await stage.createTopic(shared, { replicas: [[stays, goes, before.leaderId]] })
      await stage.noteProduce("before", shared, ["a"])
      stage.note("the quorum", await describeVoters(stage))
      await stage.kill(goes, before.leaderId)
      await stage.noteProduce("to a topic of its own", own, ["b"])
      await stage.noteRead("which is read", own)
      await stage.noteProduce("by acks of one", shared, ["c"], { acks: 1 })
      await stage.noteProduce("by acks of all", shared, ["d"], { timeoutMs: 3_000 })
      await stage.noteRead("what is committed", shared)
      stage.note("nobody is fenced", { brokers: await stage.brokersSeenBy(stays), isr: await isrSize(stage, shared) })
      const [changes, quorum] = await Promise.all([tryToChange(stage, shared, never), describeVoters(stage)])
      stage.note("changes", changes)
      stage.note("the quorum, asked of one of three", quorum)
      for (const id of [goes, before.leaderId]) await stage.start(id)
      const after = await quorumLeader(stage)
      stage.note("a leader again, in a later epoch", { isLater: after.leaderEpoch > before.leaderEpoch })
      await stage.untilIsr(shared, nodes)
      await stage.until("the watermark", async () => (await stage.read(shared)).highWatermark === 3)
      await stage.noteRead("all was kept", shared)
      const { topics } = await stage.send(metadata, 9, { topics: [{ name: shared }, { name: never }] })
      stage.note(
        "what timed out was not done",
        topics.map(({ errorCode, partitions }) => ({ errorCode, partitions: partitions.length })),
      )
      stage.note("a topic", await createOne(stage, never, 20_000))
      stage.note("the quorum again", await describeVoters(stage))
    },
  },
  {
    name: "a leader that does not know yet what is committed",
    faults: true,
    proves: ["a new leader answers 78 until it has caught up"],
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[2, 1, 3]] })
      await stage.noteProduce("before", stage.id, ["a"])
      await stage.side.freeze(3, stage.id, 0)
      await stage.noteProduce("acknowledged by one", stage.id, ["b"], { acks: 1, on: 2 })
      await stage.until("a copy", async () => (await bytesOn(stage, 1)) === (await bytesOn(stage, 2)))
      await stage.kill(2)
      await stage.until("another leader", async () => (await stage.partition(stage.id)).leaderId === 1)
      const isLeading = async () => (await stage.offsets(stage.id, { on: 1 }))[0] === 0
      await stage.until("a leader that knows it", isLeading)
      const [, end] = await stage.offsets(stage.id, { on: 1 })
      stage.note("its end", end)
      await stage.noteRead("what may be read", stage.id, { on: 1 })
      await stage.untilIsr(stage.id, [1])
      await stage.until("the watermark", async () => (await stage.read(stage.id, { on: 1 })).highWatermark === 2)
      stage.note("its end now", (await stage.offsets(stage.id, { on: 1 }))[1])
      await stage.noteRead("what may be read now", stage.id, { on: 1 })
      await stage.side.unfreeze(3, stage.id, 0)
      await stage.untilIsr(stage.id, [1, 3])
    },
  },
]
