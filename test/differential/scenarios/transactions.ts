import { produce } from "../../../src/protocol/api/00_produce"
import { listOffsets } from "../../../src/protocol/api/02_listOffsets"
import { initProducerId } from "../../../src/protocol/api/22_initProducerId"
import { describeProducers } from "../../../src/protocol/api/61_describeProducers"
import { describeTransactions } from "../../../src/protocol/api/65_describeTransactions"
import { listTransactions } from "../../../src/protocol/api/66_listTransactions"
import { encodeBatch } from "../../../src/protocol/recordBatch"
import type { RequestInput } from "../../../src/protocol/schema"
import { committedOffset } from "../classicMember"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"
import { TransactionalProducer } from "../transaction"

/** What readers of both isolation levels see. */
export async function noteBoth(stage: Stage, label: string, topic = stage.id): Promise<void> {
  await stage.noteRead(`${label}: uncommitted`, topic)
  await stage.noteRead(`${label}: committed`, topic, { committed: true })
}

/** Waits until no transaction is open on the partition. */
export async function untilStable(stage: Stage, topic = stage.id): Promise<void> {
  await stage.until("a last stable offset at the end", async () => {
    const { lastStableOffset, highWatermark } = await stage.read(topic)
    return lastStableOffset === highWatermark
  })
}

async function begin(stage: Stage, id = stage.id): Promise<TransactionalProducer> {
  await stage.createTopic(stage.id)
  const producer = new TransactionalProducer(stage, id)
  await producer.init()
  return producer
}

/** Transactions as old clients speak them; what is true of both protocols is here too. */
export const transactions: readonly Scenario[] = [
  {
    name: "a transaction that is aborted",
    transactions: true,
    proves: ["L10c", "read_committed stops at the last stable offset; aborted transactions listed in Fetch"],
    async play(stage) {
      const producer = await begin(stage)
      stage.note("partition added", await producer.add(stage.id))
      stage.note("three records", await producer.produce(stage.id, ["a", "b", "c"]))
      await noteBoth(stage, "open")
      stage.note("aborted", await producer.end(false))
      await untilStable(stage)
      await noteBoth(stage, "afterwards")
      stage.note("start and end", await stage.offsets(stage.id))
      stage.note("its state", await producer.describe())
    },
  },
  {
    name: "a plain record behind an open transaction",
    transactions: true,
    proves: ["L10d"],
    async play(stage) {
      const producer = await begin(stage)
      await producer.add(stage.id)
      await producer.produce(stage.id, ["in a transaction"])
      await stage.noteProduce("plain", stage.id, ["plain"])
      await noteBoth(stage, "open")
      for (const isolationLevel of [0, 1]) {
        const partitions = [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1 }]
        const body = { replicaId: -1, isolationLevel, topics: [{ name: stage.id, partitions }] }
        await stage.ask(`latest at isolation ${isolationLevel}`, listOffsets, 7, body, { on: 1 })
      }
      stage.note("committed", await producer.end(true))
      await untilStable(stage)
      await noteBoth(stage, "afterwards")
    },
  },
  {
    name: "an empty transaction",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      stage.note("commit of nothing", await producer.end(true))
      stage.note("abort of nothing", await producer.end(false))
      stage.note("its state", await producer.describe())
    },
  },
  {
    name: "a record of a transaction that does not know it",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      stage.note("not added", await producer.produce(stage.id, ["a"]))
      await stage.noteProduce("no transactional id", stage.id, ["a"], {
        producerId: producer.producerId,
        producerEpoch: producer.producerEpoch,
        baseSequence: 0,
        isTransactional: true,
      })
      stage.note("added", await producer.add(stage.id))
      stage.note("now it may", await producer.produce(stage.id, ["a"]))
      stage.note(
        "a plain batch of the same producer",
        await producer.produce(stage.id, ["b"], { isTransactional: false }),
      )
      stage.note("committed", await producer.end(true))
      await producer.untilState("CompleteCommit")
      await untilStable(stage)
      stage.note("after the end", await producer.produce(stage.id, ["c"]))
      await noteBoth(stage, "afterwards")
    },
  },
  {
    name: "what a client of each version hears of a transaction that does not know its record",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      const group = `${stage.id}-group`
      for (const version of [10, 11])
        stage.note(`produce ${version}`, await producer.produce(stage.id, ["a"], { version }))
      for (const version of [3, 4]) {
        stage.note(`offsets ${version}`, await producer.commitOffset(group, stage.id, 1, version))
      }
      const { producerId, producerEpoch } = producer
      const batch = (epoch: number) =>
        encodeBatch({
          records: [{ timestamp: Date.now(), value: Buffer.from("a") }],
          producerId,
          producerEpoch: epoch,
          baseSequence: 0,
          isTransactional: true,
        })
      await stage.createTopic(`${stage.id}-other`)
      const topicData = [stage.id, `${stage.id}-other`].map((name, index) => ({
        name,
        partitionData: [{ index: 0, records: batch(producerEpoch + index) }],
      }))
      const body = { transactionalId: stage.id, acks: -1, timeoutMs: 10_000, topicData }
      await stage.ask("two producers in one request", produce, 11, body, { on: 1 })
    },
  },
  {
    name: "a second producer of one transactional id",
    transactions: true,
    proves: ["L10f", "Fenced producer 90/47"],
    async play(stage) {
      const first = await begin(stage)
      await first.add(stage.id)
      await first.produce(stage.id, ["of the first"])
      const second = new TransactionalProducer(stage, stage.id)
      stage.note("the second", await second.init())
      stage.note("the first adds a partition", await first.add(stage.id))
      await untilStable(stage)
      stage.note("the first produces", await first.produce(stage.id, ["too late"]))
      stage.note("the first commits", await first.end(true))
      stage.note("the first adds offsets", await first.addOffsets(stage.id))
      await second.add(stage.id)
      stage.note("the second produces", await second.produce(stage.id, ["of the second"]))
      stage.note("the second commits", await second.end(true))
      await untilStable(stage)
      await noteBoth(stage, "afterwards")
    },
  },
  {
    name: "a transaction that takes too long",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      await producer.init(3_000)
      stage.note("added", await producer.add(stage.id))
      stage.note("produced", await producer.produce(stage.id, ["a"]))
      await producer.untilState("CompleteAbort")
      await untilStable(stage)
      stage.note("its state", await producer.describe())
      stage.note("produces", await producer.produce(stage.id, ["b"]))
      stage.note("commits", await producer.end(true))
      await noteBoth(stage, "afterwards")
      stage.note("begins anew", await producer.init())
    },
  },
  {
    name: "offsets in a transaction",
    transactions: true,
    proves: ["L10e", "L08a"],
    async play(stage) {
      const producer = await begin(stage)
      const group = `${stage.id}-group`
      stage.note("group added", await producer.addOffsets(group))
      stage.note("offset", await producer.commitOffset(group, stage.id, 7))
      stage.note("pending", await committedOffset(stage, group, stage.id))
      stage.note("pending, and only stable wanted", await committedOffset(stage, group, stage.id, true))
      stage.note("aborted", await producer.end(false))
      await producer.untilState("CompleteAbort")
      stage.note("nothing is committed", await committedOffset(stage, group, stage.id, true))
      await producer.addOffsets(group)
      await producer.commitOffset(group, stage.id, 9)
      stage.note("committed", await producer.end(true))
      await producer.untilState("CompleteCommit")
      const found = await stage.until("a committed offset", async () => {
        const answer = await committedOffset(stage, group, stage.id, true)
        return answer.committedOffset === 9 ? answer : undefined
      })
      stage.note("the offset", found)
    },
  },
  {
    name: "an end that is asked for again",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      await producer.add(stage.id)
      await producer.produce(stage.id, ["a"])
      stage.note("commit", await producer.end(true))
      await producer.untilState("CompleteCommit")
      stage.note("commit again", await producer.end(true))
      stage.note("abort after the commit", await producer.end(false))
      await producer.add(stage.id)
      stage.note("abort", await producer.end(false))
      await producer.untilState("CompleteAbort")
      stage.note("abort again", await producer.end(false))
      stage.note("commit after the abort", await producer.end(true))
    },
  },
  {
    name: "transactional requests that are refused",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      const init = async (label: string, transactionalId: string, transactionTimeoutMs: number) => {
        const on = await stage.coordinator(stage.id, 1)
        await stage.ask(label, initProducerId, 4, { transactionalId, transactionTimeoutMs }, { on })
      }
      await init("an empty id", "", 60_000)
      await init("a timeout of 16 min", stage.id, 16 * 60_000)
      await init("no timeout", stage.id, 0)
      const missing = `${stage.id}-missing`
      stage.note("a topic that is not there", await producer.add(missing))
      stage.note("one of two is not there", await producer.add(stage.id, missing))
      stage.note("a partition that is not there", await producer.addPartitions([{ name: stage.id, partitions: [4] }]))
      const { producerId } = producer
      producer.producerId = producerId + 1_000
      stage.note("another producer id adds", await producer.add(stage.id))
      stage.note("another producer id ends", await producer.end(true))
      producer.producerId = producerId
      producer.producerEpoch += 1
      stage.note("an epoch to come adds", await producer.add(stage.id))
      stage.note("an epoch to come ends", await producer.end(true))
      stage.note("offsets of an epoch to come", await producer.addOffsets(stage.id))
    },
  },
  {
    name: "states of transactions",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      const on = await stage.coordinator(stage.id, 1)
      const list = async (label: string, stateFilters: readonly string[]) => {
        const answer = await stage.send(listTransactions, 0, { stateFilters, producerIdFilters: [] }, { on })
        const own = answer.transactionStates.filter(({ transactionalId }) => transactionalId === stage.id)
        stage.note(label, { errorCode: answer.errorCode, unknown: answer.unknownStateFilters, own })
      }
      stage.note("empty", await producer.describe())
      await list("listed", [])
      await producer.add(stage.id)
      stage.note("ongoing", await producer.describe())
      await list("listed as ongoing", ["Ongoing"])
      await list("not listed as empty", ["Empty"])
      await list("a state that there is not", ["Odd"])
      await producer.produce(stage.id, ["a"])
      const topics = [{ name: stage.id, partitionIndexes: [0, 5] }]
      await stage.ask("producers of the partition", describeProducers, 0, { topics }, { on: 1 })
      await producer.end(true)
      await producer.untilState("CompleteCommit")
      stage.note("complete", await producer.describe())
      await untilStable(stage)
      await stage.ask("producers after the end", describeProducers, 0, { topics }, { on: 1 })
      const other = await stage.coordinator(`${stage.id}-none`, 1)
      const transactionalIds = [`${stage.id}-none`]
      await stage.ask("an id that is not there", describeTransactions, 0, { transactionalIds }, { on: other })
    },
  },
  {
    name: "transactions by how long they run",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      const on = await stage.coordinator(stage.id, 1)
      const list = async (label: string, version: number, filter: RequestInput<typeof listTransactions>) => {
        const body = { stateFilters: [], producerIdFilters: [producer.producerId], ...filter }
        await stage.ask(label, listTransactions, version, body, { on })
      }
      await list("one that never began, longer than nothing", 1, { durationFilter: 0 })
      await list("one that never began, longer than an hour", 1, { durationFilter: 3_600_000 })
      await producer.add(stage.id)
      await list("one that runs, longer than an hour", 1, { durationFilter: 3_600_000 })
      await list("one that runs, however long", 1, { durationFilter: -1 })
      await list("by a pattern", 2, { transactionalIdPattern: "transactions-by-.*" })
      await list("by another pattern", 2, { transactionalIdPattern: "other-.*" })
      await list("by a part of its name", 2, { transactionalIdPattern: "how-long" })
      await list("by no pattern", 2, { transactionalIdPattern: "(" })
      await list("by an empty pattern", 2, { transactionalIdPattern: "" })
      await producer.end(false)
      await producer.untilState("CompleteAbort")
      await list("one that has ended, longer than an hour", 1, { durationFilter: 3_600_000 })
      await list("only states that there are not", 1, { stateFilters: ["Odd", "ongoing"] })
    },
  },
  {
    name: "two transactions side by side",
    transactions: true,
    async play(stage) {
      const one = await begin(stage, `${stage.id}-one`)
      const two = new TransactionalProducer(stage, `${stage.id}-two`)
      await two.init()
      for (const producer of [one, two]) await producer.add(stage.id)
      await one.produce(stage.id, ["one 1"])
      await two.produce(stage.id, ["two 1"])
      await one.produce(stage.id, ["one 2"])
      await two.end(true)
      await two.untilState("CompleteCommit")
      await stage.until("a marker", async () => (await stage.read(stage.id)).highWatermark === 4)
      await noteBoth(stage, "the second has ended")
      await one.end(false)
      await untilStable(stage)
      await noteBoth(stage, "both have ended")
      await stage.noteRead("from amid", stage.id, { from: 2, committed: true })
    },
  },
  {
    name: "the new protocol of transactions",
    transactions: true,
    async play(stage) {
      await stage.createTopic(stage.id)
      const producer = new TransactionalProducer(stage, stage.id)
      stage.note("begun", await producer.init(60_000, 5))
      stage.note("the partition adds itself", await producer.produce(stage.id, ["a"], { version: 12 }))
      stage.note("ongoing", await producer.describe())
      const { producerEpoch } = producer
      stage.note("committed", await producer.end(true, 5))
      await untilStable(stage)
      producer.producerEpoch = producerEpoch
      stage.note("the end again", await producer.end(true, 5))
      producer.producerEpoch = producerEpoch
      stage.note("the epoch before", await producer.produce(stage.id, ["b"], { version: 12, baseSequence: 1 }))
      producer.producerEpoch = producerEpoch + 1
      stage.note("the epoch after", await producer.produce(stage.id, ["c"], { version: 12, baseSequence: 0 }))
      stage.note("aborted", await producer.end(false, 5))
      await untilStable(stage)
      stage.note("abort of nothing", await producer.end(false, 5))
      stage.note("commit of nothing", await producer.end(true, 5))
      await noteBoth(stage, "afterwards")
    },
  },
  {
    name: "offsets in the new protocol of transactions",
    transactions: true,
    async play(stage) {
      await stage.createTopic(stage.id)
      const producer = new TransactionalProducer(stage, stage.id)
      await producer.init(60_000, 5)
      const group = `${stage.id}-group`
      stage.note("the group adds itself", await producer.commitOffset(group, stage.id, 5, 5))
      stage.note("ongoing", await producer.describe())
      stage.note("committed", await producer.end(true, 5))
      const found = await stage.until("a committed offset", async () => {
        const answer = await committedOffset(stage, group, stage.id, true)
        return answer.committedOffset === 5 ? answer : undefined
      })
      stage.note("the offset", found)
    },
  },
  {
    name: "an epoch that its producer asks for",
    transactions: true,
    async play(stage) {
      const producer = await begin(stage)
      const { producerId, producerEpoch } = producer
      const init = async (label: string, epoch: number, id = producerId) => {
        const on = await stage.coordinator(stage.id, 1)
        const own = { transactionalId: stage.id, transactionTimeoutMs: 60_000 }
        await stage.ask(label, initProducerId, 4, { ...own, producerId: id, producerEpoch: epoch }, { on })
      }
      await init("its own", producerEpoch)
      await init("its own again", producerEpoch)
      await init("the one that it got", producerEpoch + 1)
      await init("one that is past", producerEpoch)
      await init("one to come", producerEpoch + 9)
      await init("of another producer id", producerEpoch, producerId + 1_000)
    },
  },
]
