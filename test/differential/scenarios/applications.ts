import { describeLogDirs } from "../../../src/protocol/api/35_describeLogDirs"
import { batchesOf, decodeRecords } from "../../../src/protocol/recordBatch"
import { ClassicMember, committedOffset, describeGroup } from "../classicMember"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

const SHORTEST_SESSION_MS = 6_000
const INITIAL_DELAY_MS = 3_000
const MANY = 300
const KEYS = ["ann", "ben", "cem", "dan", "eve"]

/** What lessons show of applications, as far as the answers of a cluster tell it. */
export const applications: readonly Scenario[] = [
  {
    name: "one request for each record, or one for all",
    proves: ["L05d"],
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 2 })
      const values = Array.from({ length: 10 }, (_, index) => `v${index}`)
      for (const value of values) await stage.produce(stage.id, [value])
      await stage.produce(stage.id, values, { partition: 1 })
      await stage.noteRead("ten batches", stage.id)
      await stage.noteRead("one batch", stage.id, { partition: 1 })
    },
  },
  {
    name: "what compression saves on disk",
    proves: ["L05e"],
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 2, replicas: [[1], [1]] })
      const orders = Array.from({ length: MANY }, (_, index) =>
        JSON.stringify({ order: index, customer: `customer-${index % 7}`, state: "paid", currency: "EUR", items: [] }),
      )
      await stage.produce(stage.id, orders)
      await stage.produce(stage.id, orders, { partition: 1, codec: "gzip" })
      const counts = await Promise.all([0, 1].map(async (partition) => stage.read(stage.id, { partition })))
      const { results } = await stage.send(describeLogDirs, 4, { topics: [{ topic: stage.id, partitions: [0, 1] }] })
      const sizes = new Map(
        results[0]?.topics[0]?.partitions.map(({ partitionIndex, partitionSize }) => [partitionIndex, partitionSize]),
      )
      stage.note("as many records, a fifth of the bytes", {
        records: counts.map(({ records }) => stage.count(records)),
        isFifth: (sizes.get(0) ?? 0) >= 5 * (sizes.get(1) ?? Number.POSITIVE_INFINITY),
      })
    },
  },
  {
    name: "batches that overtake one another",
    proves: ["L06a", "L06b"],
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 2, replicas: [[1], [1]] })
      await stage.noteProduce("the first, to a broker that does not lead", stage.id, ["m1"], { on: 2 })
      await stage.noteProduce("the second", stage.id, ["m2"])
      await stage.noteProduce("the first again", stage.id, ["m1"])
      await stage.noteRead("the order has changed", stage.id)

      const { producerId, producerEpoch } = await stage.newProducerId()
      const send = (label: string, value: string, baseSequence: number, on = 1) => {
        const batch = { partition: 1, producerId, producerEpoch, baseSequence, on }
        return stage.noteProduce(`idempotent: ${label}`, stage.id, [value], batch)
      }
      await send("one before", "m0", 0)
      await send("the first, to a broker that does not lead", "m1", 1, 2)
      await send("the second", "m2", 2)
      await send("the first again", "m1", 1)
      await send("the second again", "m2", 2)
      await stage.noteRead("the order is kept", stage.id, { partition: 1 })
    },
  },
  {
    name: "order is kept by partition",
    proves: ["L06e"],
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 3 })
      for (let count = 0; count < 15; count++) {
        const key = KEYS[count % KEYS.length] ?? ""
        const record = { timestamp: Date.now(), key: Buffer.from(key), value: Buffer.from(`${key} ${count}`) }
        await stage.produce(stage.id, [record], { partition: (count % KEYS.length) % 3 })
      }
      for (const partition of [0, 1, 2]) await stage.noteRead(`partition ${partition}`, stage.id, { partition })
    },
  },
  {
    name: "consumers that crash around their commit",
    proves: ["L10a", "L10b"],
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["v0", "v1", "v2", "v3", "v4"])
      const [before, after] = [`${stage.id}-before`, `${stage.id}-after`]
      for (const group of [before, after]) {
        const member = new ClassicMember(stage, group)
        await member.join({ sessionTimeoutMs: SHORTEST_SESSION_MS })
        await member.sync({ [member.memberId]: "all" })
        if (group === before) stage.note("committed before the work", await member.commit(stage.id, 5))
      }
      // Neither says good-bye.
      for (const group of [before, after]) {
        await stage.until("an empty group", async () => (await describeGroup(stage, group))?.groupState === "Empty")
      }
      await noteNextDelivery(stage, "at most once: the next one begins behind what was not done", before)
      await noteNextDelivery(stage, "at least once: the next one begins anew", after)
    },
  },
  {
    name: "a rebalance between the work and its commit",
    proves: ["L09c", "L11a", "L11b"],
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["v0", "v1", "v2", "v3", "v4"])
      const short = { sessionTimeoutMs: SHORTEST_SESSION_MS, rebalanceTimeoutMs: SHORTEST_SESSION_MS }
      const slow = new ClassicMember(stage, stage.id)
      const next = new ClassicMember(stage, stage.id)
      await slow.join(short)
      await slow.sync({ [slow.memberId]: "all" })
      const first = valuesOf((await stage.read(stage.id)).records)
      // The slow one does not come back in time: the group goes on without it.
      const { generationId, members } = await next.join(short)
      stage.note("the next generation", { generationId, members: members.length })
      await next.sync({ [next.memberId]: "all" })
      stage.note("the slow one's commit", await slow.commit(stage.id, 5))
      const committed = await committedOffset(stage, stage.id, stage.id)
      stage.note("nothing is committed", committed)
      const again = valuesOf(
        (await stage.read(stage.id, { from: Math.max(0, committed.committedOffset ?? 0) })).records,
      )
      stage.note("more deliveries than messages", {
        deliveries: first.length + again.length,
        messages: new Set([...first, ...again]).size,
      })
    },
  },
  {
    name: "one partition and offset in two topics",
    proves: ["L11d"],
    async play(stage) {
      const topics = [stage.id, `${stage.id}-2`]
      for (const topic of topics) {
        await stage.createTopic(topic)
        await stage.noteProduce(`to ${topic}`, topic, [topic])
        await stage.noteRead(`in ${topic}`, topic)
      }
    },
  },
  {
    name: "the first members wait for one another",
    shape: "a first rebalance that waits",
    proves: ["L09d", "Group: initial rebalance delay 3 s"],
    async play(stage) {
      await stage.createTopic(stage.id)
      const coordinator = await stage.coordinator(stage.id)
      stage.note("its coordinator is there", { isThere: coordinator > 0 })
      const began = Date.now()
      const joined = await Promise.all([1, 2].map(() => new ClassicMember(stage, stage.id).join()))
      stage.note("both are in the first generation", {
        generations: joined.map(({ generationId }) => generationId),
        members: Math.max(...joined.map(({ members }) => members.length)),
        hasWaited: Date.now() - began >= INITIAL_DELAY_MS,
      })
    },
  },
]

async function noteNextDelivery(stage: Stage, label: string, group: string): Promise<void> {
  const { committedOffset: committed, errorCode } = await committedOffset(stage, group, stage.id)
  const { records } = await stage.read(stage.id, { from: Math.max(0, committed ?? 0) })
  stage.note(label, { errorCode, committed, delivered: valuesOf(records) })
}

function valuesOf(records: Buffer): string[] {
  return [...batchesOf(records)].flatMap((batch) => decodeRecords(batch).map(({ value }) => String(value)))
}
