import { produce } from "../../../src/protocol/api/00_produce"
import { fetch } from "../../../src/protocol/api/01_fetch"
import { offsetForLeaderEpoch } from "../../../src/protocol/api/23_offsetForLeaderEpoch"
import { baseOffset, batchesOf, type CodecName, encodeBatch } from "../../../src/protocol/recordBatch"
import type { RequestInput } from "../../../src/protocol/schema"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

type Session = Pick<RequestInput<typeof fetch>, "sessionId" | "sessionEpoch" | "forgottenTopicsData">

const UNKNOWN_TOPIC_ID = "4L6g3nShT-eMCtK--X86sw"

/** What a consumer is answered when it reads. */
export const fetching: readonly Scenario[] = [
  {
    name: "an offset out of range",
    proves: ["L08f"],
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["a", "b"])
      await stage.noteRead("before the start", stage.id, { from: -1 })
      await stage.noteRead("the start", stage.id, { from: 0 })
      await stage.noteRead("amid", stage.id, { from: 1 })
      await stage.noteRead("the end", stage.id, { from: 2 })
      await stage.noteRead("behind the end", stage.id, { from: 3 })
      await stage.noteRead("no such partition", stage.id, { partition: 4, on: 1 })
      await stage.noteRead("no such topic", `${stage.id}-missing`, { on: 1 })
    },
  },
  {
    name: "a leader epoch that is not now's",
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["a"])
      for (const epoch of [-1, 0, 1]) {
        await stage.ask(`fetch in epoch ${epoch}`, fetch, 12, fetchOf(stage, { currentLeaderEpoch: epoch }), { on: 1 })
      }
      await stage.ask("not the leader", fetch, 10, fetchOf(stage), { on: 2 })
      const epochs = (currentLeaderEpoch: number, leaderEpoch: number) => ({
        replicaId: -1,
        topics: [{ topic: stage.id, partitions: [{ partition: 0, currentLeaderEpoch, leaderEpoch }] }],
      })
      await stage.ask("end of epoch 0", offsetForLeaderEpoch, 4, epochs(0, 0), { on: 1 })
      await stage.ask("end of epoch 1", offsetForLeaderEpoch, 4, epochs(0, 1), { on: 1 })
      await stage.ask("end of an undefined epoch", offsetForLeaderEpoch, 4, epochs(0, -1), { on: 1 })
      await stage.ask("asked in epoch 1", offsetForLeaderEpoch, 4, epochs(1, 0), { on: 1 })
      await stage.ask("asked of a follower", offsetForLeaderEpoch, 4, epochs(0, 0), { on: 2 })
    },
  },
  {
    name: "a follower that is read from",
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["a", "b"])
      await stage.until("the follower's watermark", async () => {
        const { errorCode, highWatermark } = await stage.read(stage.id, { on: 2 })
        return errorCode !== 0 || highWatermark === 2
      })
      await stage.noteRead("by a client that may name its rack", stage.id, { on: 2 })
      await stage.noteRead("behind its end", stage.id, { on: 2, from: 9 })
    },
  },
  {
    name: "limits of bytes",
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1], [1]] })
      for (const partition of [0, 1]) {
        for (let count = 0; count < 4; count++) await stage.produce(stage.id, ["x".repeat(1_000)], { partition })
      }
      const ask = async (label: string, maxBytes: number, partitionMaxBytes: number) => {
        const partitions = [0, 1].map((partition) => ({ partition, fetchOffset: 0, partitionMaxBytes }))
        const body = { maxWaitMs: 0, minBytes: 1, maxBytes, topics: [{ topic: stage.id, partitions }] }
        const answer = await stage.send(fetch, 12, body, { on: 1 })
        stage.note(
          label,
          answer.responses.flatMap((each) => each.partitions.map(firstOffsets)),
        )
      }
      await ask("all", 1_000_000, 1_000_000)
      await ask("less than a batch for each partition", 1_000_000, 100)
      await ask("two batches for each partition", 1_000_000, 2_200)
      await ask("less than a batch in all", 100, 1_000_000)
      await ask("three batches in all", 3_300, 1_000_000)
      await ask("nothing for a partition", 1_000_000, 0)
    },
  },
  {
    name: "a session of fetches",
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1], [1]] })
      await stage.produce(stage.id, ["a"])
      const ask = (label: string, session: Session, partitions: readonly number[], from = 0) =>
        stage.ask(label, fetch, 12, sessionOf(stage, session, partitions, from), { on: 1 })
      const { sessionId } = await ask("opened", { sessionId: 0, sessionEpoch: 0 }, [0, 1])
      await ask("read on", { sessionId, sessionEpoch: 1 }, [0], 1)
      await ask("nothing new", { sessionId, sessionEpoch: 2 }, [])
      await stage.produce(stage.id, ["b"], { partition: 1 })
      await ask("only what is new", { sessionId, sessionEpoch: 3 }, [])
      await ask("an epoch that is past", { sessionId, sessionEpoch: 3 }, [])
      await ask("a session that is not there", { sessionId: sessionId + 7, sessionEpoch: 1 }, [])
      const forgottenTopicsData = [{ topic: stage.id, partitions: [1] }]
      await ask("a partition forgotten", { sessionId, sessionEpoch: 4, forgottenTopicsData }, [])
      await stage.produce(stage.id, ["c"], { partition: 1 })
      await ask("it is not told of", { sessionId, sessionEpoch: 5 }, [])
      await ask("ended", { sessionId, sessionEpoch: -1 }, [0])
      await ask("after its end", { sessionId, sessionEpoch: 6 }, [])
    },
  },
  {
    name: "a session of which nothing is left",
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1], [1]] })
      const ask = (label: string, session: Session, partitions: readonly number[]) =>
        stage.ask(label, fetch, 12, sessionOf(stage, session, partitions, 0), { on: 1 })
      const { sessionId } = await ask("opened", { sessionId: 0, sessionEpoch: 0 }, [0, 1])
      const forget = (partitions: readonly number[]) => [{ topic: stage.id, partitions }]
      await ask("one forgotten", { sessionId, sessionEpoch: 1, forgottenTopicsData: forget([0]) }, [])
      await ask("the other too", { sessionId, sessionEpoch: 2, forgottenTopicsData: forget([1]) }, [])
      await ask("after that", { sessionId, sessionEpoch: 3 }, [0])
      const empty = await ask("opened with nothing", { sessionId: 0, sessionEpoch: 0 }, [])
      await ask("filled later", { sessionId: empty.sessionId, sessionEpoch: 1 }, [0])
    },
  },
  {
    name: "a session of names and ids",
    async play(stage) {
      const topicId = await stage.createTopic(stage.id, { replicas: [[1]] })
      const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000 }]
      const ask = (label: string, version: number, session: Session) => {
        const topics = [version >= 13 ? { topicId, partitions } : { topic: stage.id, partitions }]
        return stage.ask(label, fetch, version, { maxWaitMs: 0, minBytes: 0, topics, ...session }, { on: 1 })
      }
      const named = await ask("opened by name", 12, { sessionId: 0, sessionEpoch: 0 })
      await ask("gone on by id", 13, { sessionId: named.sessionId, sessionEpoch: 1 })
      await ask("gone on by name", 12, { sessionId: named.sessionId, sessionEpoch: 1 })
      const known = await ask("opened by id", 13, { sessionId: 0, sessionEpoch: 0 })
      await ask("gone on by a name", 12, { sessionId: known.sessionId, sessionEpoch: 1 })
    },
  },
  {
    name: "what a fetch does not wait for",
    async play(stage) {
      await stage.createTopic(stage.id, { replicas: [[1]] })
      const at = (partition: number) => ({ partition, fetchOffset: 0, partitionMaxBytes: 1_000_000 })
      const time = async (label: string, body: RequestInput<typeof fetch>) => {
        const sinceMs = Date.now()
        const { errorCode, responses } = await stage.send(fetch, 12, { maxWaitMs: 3_000, ...body }, { on: 1 })
        const errors = responses.flatMap(({ partitions }) => partitions.map((each) => ({ errorCode: each.errorCode })))
        stage.note(label, { errorCode, errors, waits: Date.now() - sinceMs > 2_000 })
      }
      await time("nothing at all", { minBytes: 1, topics: [] })
      await time("a topic that is not there", {
        minBytes: 1,
        topics: [{ topic: `${stage.id}-missing`, partitions: [at(0)] }],
      })
      const mixed = [{ topic: stage.id, partitions: [at(0), at(9)] }]
      await time("a partition that is not there beside an empty one", { minBytes: 1, topics: mixed })
      const topics = [{ topic: stage.id, partitions: [at(0)] }]
      await time("an empty partition", { minBytes: 1, topics })
      await stage.produce(stage.id, ["x".repeat(2_000)])
      await time("more than may come", { minBytes: 100_000, maxBytes: 1_000, topics })
      await time("more than there is", { minBytes: 100_000, topics })
    },
  },
  {
    name: "the leader is elsewhere",
    async play(stage) {
      const followed = `${stage.id}-followed`
      const ids = {
        [stage.id]: await stage.createTopic(stage.id, { replicas: [[1]] }),
        [followed]: await stage.createTopic(followed, { replicas: [[1, 2]] }),
      }
      const ask = (label: string, topic: string, version: number, currentLeaderEpoch = -1) => {
        const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000, currentLeaderEpoch }]
        const topics = [{ topicId: ids[topic] ?? "", partitions }]
        return stage.ask(label, fetch, version, { maxWaitMs: 0, minBytes: 0, topics }, { on: 2 })
      }
      await ask("of a broker without a replica", stage.id, 17)
      await ask("of an older version", stage.id, 15)
      await ask("in an epoch to come", followed, 17, 9)
      const records = encodeBatch({ records: [{ timestamp: Date.now(), value: Buffer.from("a") }] })
      const topicData = [stage.id, followed].map((name) => ({ name, partitionData: [{ index: 0, records }] }))
      await stage.ask("to a follower and to nobody", produce, 10, { acks: -1, timeoutMs: 10_000, topicData }, { on: 2 })
    },
  },
  {
    name: "a topic of zstd for an old consumer",
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "compression.type": "zstd" } })
      await stage.produce(stage.id, ["a"])
      await stage.ask("version 9", fetch, 9, fetchOf(stage), { on: 1 })
      await stage.ask("version 10", fetch, 10, fetchOf(stage), { on: 1 })
    },
  },
  {
    name: "topics by their ids",
    async play(stage) {
      const topicId = await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["a"])
      const ask = async (label: string, id: string, partition = 0) => {
        const partitions = [{ partition, fetchOffset: 0, partitionMaxBytes: 1_000 }]
        const body = { maxWaitMs: 0, minBytes: 0, topics: [{ topicId: id, partitions }] }
        await stage.ask(label, fetch, 13, body, { on: 1 })
      }
      await ask("known", topicId)
      await ask("no such partition", topicId, 3)
      await ask("unknown", UNKNOWN_TOPIC_ID)
    },
  },
  {
    name: "a fetch that waits",
    async play(stage) {
      await stage.createTopic(stage.id)
      const body = { ...fetchOf(stage), maxWaitMs: 20_000, minBytes: 1 }
      const waiting = stage.send(fetch, 12, body, { on: 1 })
      await stage.produce(stage.id, ["a"])
      stage.note("answered by a record", await waiting)
      const short = { ...fetchOf(stage), maxWaitMs: 300, minBytes: 1_000_000 }
      await stage.ask("answered by its time", fetch, 12, short, { on: 1 })
    },
  },
  {
    name: "compressed batches",
    async play(stage) {
      await stage.createTopic(stage.id)
      const codecs: readonly CodecName[] = ["none", "gzip", "snappy", "lz4", "zstd"]
      for (const codec of codecs) await stage.noteProduce(codec, stage.id, [`by ${codec}`, "again"], { codec })
      await stage.noteProduce("zstd of an old client", stage.id, ["old"], { codec: "zstd", version: 6 })
      await stage.noteRead("all of them", stage.id)
      await stage.ask("read by an old client", fetch, 9, fetchOf(stage), { on: 1 })
    },
  },
  {
    name: "keys values and headers",
    proves: ["L03a", "L03b", "L03e"],
    async play(stage) {
      await stage.createTopic(stage.id)
      const timestamp = Date.now()
      const header = (value: string) => ({ key: "source", value: Buffer.from(value) })
      await stage.noteProduce("all kinds", stage.id, [
        { timestamp, key: null, value: null },
        { timestamp, key: Buffer.alloc(0), value: Buffer.alloc(0) },
        { timestamp, key: Buffer.from("city"), value: Buffer.from("北京"), headers: [header("a"), header("b")] },
      ])
      await stage.noteRead("read back", stage.id)
    },
  },
]

function fetchOf(stage: Stage, partition: { currentLeaderEpoch?: number } = {}) {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000, ...partition }]
  return { maxWaitMs: 0, minBytes: 0, topics: [{ topic: stage.id, partitions }] }
}

function sessionOf(stage: Stage, session: Session, wanted: readonly number[], fetchOffset: number) {
  const partitions = wanted.map((partition) => ({ partition, fetchOffset, partitionMaxBytes: 1_000_000 }))
  const topics = partitions.length === 0 ? [] : [{ topic: stage.id, partitions }]
  return { maxWaitMs: 0, minBytes: 0, topics, ...session }
}

function firstOffsets({ partitionIndex, records }: { partitionIndex: number; records: Buffer | null }) {
  return { partitionIndex, batches: [...batchesOf(records ?? Buffer.alloc(0))].map((batch) => baseOffset(batch)) }
}
