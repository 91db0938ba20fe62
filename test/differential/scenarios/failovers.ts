import { createTopics } from "../../../src/protocol/api/19_createTopics"
import { describeQuorum } from "../../../src/protocol/api/55_describeQuorum"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { ClassicMember, committedOffset, describeGroup } from "../classicMember"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"
import { TransactionalProducer } from "../transaction"
import { noteBoth, untilStable } from "./transactions"

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
]
