import { produce } from "../../../src/protocol/api/00_produce"
import { batchesOf, encodeBatch, isLogAppendTime, setChecksum } from "../../../src/protocol/recordBatch"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

const MAGIC_AT = 16
const RECORDS_AT = 61
const UNKNOWN_TOPIC_ID = "4L6g3nShT-eMCtK--X86sw"
const ZERO_TOPIC_ID = "AAAAAAAAAAAAAAAAAAAAAA"
const HOUR_MS = 3_600_000

/** What a leader refuses to append. */
export const produceRefusals: readonly Scenario[] = [
  {
    name: "a record to a topic or partition that is not there",
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.noteProduce("no such topic", `${stage.id}-missing`, ["a"], { on: 1 })
      await stage.noteProduce("no such partition", stage.id, ["a"], { partition: 7, on: 1 })
      await stage.noteProduce("not the leader", stage.id, ["a"], { on: 2 })
      await stage.noteRead("nothing is kept", stage.id)
    },
  },
  {
    name: "a record that is too large",
    proves: ["L05f", "Record too large → 10"],
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "max.message.bytes": "1000" } })
      await stage.noteProduce("too large", stage.id, ["x".repeat(1_001)])
      await stage.noteProduce("small enough", stage.id, ["x".repeat(800)])
      await stage.noteRead("one is kept", stage.id)
    },
  },
  {
    name: "acks of nobody with a refused batch",
    proves: ["L05a", "acks=0 with a refused batch: no answer, the broker closes the connection"],
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "max.message.bytes": "1000" } })
      const records = encodeBatch({ records: [{ value: Buffer.alloc(2_000), timestamp: Date.now() }] })
      await stage.outcome("refused", () => stage.produceBytes(stage.id, records, { acks: 0, on: 1 }))
      await stage.noteRead("nothing is kept", stage.id)
    },
  },
  {
    name: "a number of acks that there is not",
    async play(stage) {
      await stage.createTopic(stage.id)
      await stage.noteProduce("acks 2", stage.id, ["a"], { acks: 2 })
      await stage.noteProduce("acks -2", stage.id, ["a"], { acks: -2 })
      await stage.noteRead("nothing is kept", stage.id)
    },
  },
  {
    name: "a damaged batch",
    async play(stage) {
      await stage.createTopic(stage.id)
      const batch = () => encodeBatch({ records: [{ value: Buffer.from("damaged"), timestamp: Date.now() }] })
      const flipped = batch()
      flipped.writeUInt8(flipped.readUInt8(flipped.length - 2) ^ 1, flipped.length - 2)
      stage.note("checksum", await stage.produceBytes(stage.id, flipped))
      const tooNew = batch()
      tooNew.writeInt8(3, MAGIC_AT)
      await stage.outcome("magic 3", () => stage.produceBytes(stage.id, tooNew))
      await stage.outcome("cut short", () => stage.produceBytes(stage.id, batch().subarray(0, 40)))
      await stage.outcome("two batches", () => stage.produceBytes(stage.id, Buffer.concat([batch(), batch()])))
      await stage.outcome("nothing", () => stage.produceBytes(stage.id, Buffer.alloc(0)))
      await stage.noteRead("nothing is kept", stage.id)
    },
  },
  {
    name: "a batch of an old format",
    async play(stage) {
      await stage.createTopic(stage.id)
      const old = encodeBatch({ records: [{ value: Buffer.from("old"), timestamp: Date.now() }] })
      old.writeInt8(1, MAGIC_AT)
      await stage.outcome("magic 1", () => stage.produceBytes(stage.id, old))
      await stage.noteRead("nothing is kept", stage.id)
    },
  },
  {
    name: "timestamps of the past and of the future",
    proves: ["L03c", "L03d", "Timestamps > 1 h ahead → 32"],
    async play(stage) {
      await stage.createTopic(stage.id)
      const at = (timestamp: number) => [{ timestamp, value: Buffer.from("t") }]
      await stage.noteProduce("two hours ahead", stage.id, at(Date.now() + 2 * HOUR_MS))
      await stage.noteProduce("half an hour ahead", stage.id, at(Date.now() + HOUR_MS / 2))
      await stage.noteProduce("two hours ago", stage.id, at(Date.now() - 2 * HOUR_MS))
      await stage.noteProduce("none", stage.id, at(-1))
      const appended = `${stage.id}-appended`
      await stage.createTopic(appended, { configs: { "message.timestamp.type": "LogAppendTime" } })
      await stage.ask("log append time", produce, 9, {
        acks: -1,
        timeoutMs: 10_000,
        topicData: [{ name: appended, partitionData: [{ index: 0, records: encodeBatch({ records: at(1_000) }) }] }],
      })
      await stage.noteRead("three are kept", stage.id)
    },
  },
  {
    name: "a record without a key in a compacted topic",
    proves: ["L12d", "Null key in a compacted topic → 87"],
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "cleanup.policy": "compact" } })
      const record = (key: string | null) => ({
        timestamp: Date.now(),
        key: key === null ? null : Buffer.from(key),
        value: Buffer.from("v"),
      })
      await stage.noteProduce("no key", stage.id, [record(null)])
      await stage.noteProduce("one of two without", stage.id, [record("a"), record(null)])
      await stage.noteProduce("with a key", stage.id, [record("a")])
      await stage.noteRead("one is kept", stage.id)
    },
  },
  {
    name: "several partitions in one request",
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 2 })
      const records = () => encodeBatch({ records: [{ value: Buffer.from("x"), timestamp: Date.now() }] })
      const partition = (index: number) => ({ index, records: records() })
      await stage.ask("one of three is not there", produce, 9, {
        acks: -1,
        timeoutMs: 10_000,
        topicData: [
          { name: stage.id, partitionData: [partition(0), partition(1), partition(2)] },
          { name: `${stage.id}-missing`, partitionData: [partition(0)] },
        ],
      })
    },
  },
  {
    name: "several wrongs of one batch",
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "max.message.bytes": "1000" } })
      const missing = `${stage.id}-missing`
      await stage.noteProduce("acks and the topic", missing, ["a"], { acks: 2, on: 1 })
      await stage.noteProduce("acks and the partition", stage.id, ["a"], { acks: 2, partition: 7, on: 1 })
      await stage.noteProduce("acks and another leader", stage.id, ["a"], { acks: 2, on: 2 })
      const large = () => encodeBatch({ records: [{ timestamp: Date.now(), value: Buffer.alloc(2_000) }] })
      const damaged = large()
      damaged.writeUInt8(1, damaged.length - 5)
      stage.note("size and checksum", await stage.produceBytes(stage.id, damaged))
      const placed = large()
      placed.writeBigInt64BE(7n, 0)
      stage.note("size and base offset", await stage.produceBytes(stage.id, placed))
      stage.note(
        "acks and two batches",
        await stage.produceBytes(stage.id, Buffer.concat([large(), large()]), { acks: 2 }),
      )
      await stage.noteRead("nothing is kept", stage.id)
    },
  },
  {
    name: "a batch that says when it was appended",
    async play(stage) {
      const stamped = (timestamp: number) =>
        encodeBatch({
          records: [{ timestamp, value: Buffer.from("stamped") }],
          isLogAppendTime: true,
          maxTimestamp: timestamp,
        })
      const appended = `${stage.id}-appended`
      await stage.createTopic(stage.id)
      await stage.createTopic(appended, { configs: { "message.timestamp.type": "LogAppendTime" } })
      for (const topic of [stage.id, appended]) {
        const kind = topic === appended ? "to LogAppendTime" : "to CreateTime"
        await askBytes(stage, `now ${kind}`, topic, stamped(Date.now()))
        await askBytes(stage, `two hours ahead ${kind}`, topic, stamped(Date.now() + 2 * HOUR_MS))
        const { records } = await stage.read(topic)
        stage.note(
          `what is kept ${kind}`,
          [...batchesOf(records)].map((batch) => isLogAppendTime(batch)),
        )
      }
    },
  },
  {
    name: "records that are refused one by one",
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "cleanup.policy": "compact" } })
      const record = (key: string | null, aheadMs = 0) => ({
        timestamp: Date.now() + aheadMs,
        key: key === null ? null : Buffer.from(key),
        value: Buffer.from("v"),
      })
      const ask = (label: string, records: readonly ReturnType<typeof record>[]) =>
        askBytes(stage, label, stage.id, encodeBatch({ records: [...records] }))
      await ask("no key, then a bad time", [record("a"), record(null), record("b", 2 * HOUR_MS)])
      await ask("both in one", [record(null, 2 * HOUR_MS), record("a")])
      await ask("a bad time first", [record("a", 2 * HOUR_MS), record(null)])
      await ask("three without", [record(null), record("a"), record(null), record(null)])
      await stage.noteRead("nothing is kept", stage.id)
    },
  },
  {
    name: "records that do not fill their batch",
    async play(stage) {
      await stage.createTopic(stage.id)
      const value = Buffer.from("abcdefgh")
      const batch = (codec: "none" | "gzip", change: (bytes: Buffer) => void) => {
        const bytes = encodeBatch({ records: [{ timestamp: 1_600_000_000_000, value }], codec })
        change(bytes)
        setChecksum(bytes)
        return bytes
      }
      const send = (label: string, bytes: Buffer) => askBytes(stage, label, stage.id, bytes)
      // A lone record: length, attributes, time, offset, key length, value length, value, number of headers.
      await send(
        "its length",
        batch("none", (bytes) => bytes.writeUInt8(2 * 30, RECORDS_AT)),
      )
      await send(
        "its length below zero",
        batch("none", (bytes) => bytes.writeUInt8(1, RECORDS_AT)),
      )
      await send(
        "its key",
        batch("none", (bytes) => bytes.writeUInt8(2 * 40, RECORDS_AT + 4)),
      )
      await send(
        "its value",
        batch("none", (bytes) => bytes.writeUInt8(2 * 40, RECORDS_AT + 5)),
      )
      await send(
        "its headers",
        batch("none", (bytes) => bytes.writeUInt8(2 * 9, RECORDS_AT + 14)),
      )
      await send(
        "its headers below zero",
        batch("none", (bytes) => bytes.writeUInt8(1, RECORDS_AT + 14)),
      )
      await send(
        "another count",
        batch("none", (bytes) => bytes.writeInt32BE(2, 57)),
      )
      await send("another count and last offset", batch("none", twoRecords))
      await send(
        "no codec's number",
        batch("none", (bytes) => bytes.writeInt16BE(6, 21)),
      )
      await send(
        "not compressed as it says",
        batch("none", (bytes) => bytes.writeInt16BE(1, 21)),
      )
      await send(
        "compressed and cut short",
        batch("gzip", (bytes) => bytes.fill(0, bytes.length - 12)),
      )
      await send("compressed of another count", batch("gzip", twoRecords))
      await stage.noteRead("nothing is kept", stage.id)
    },
  },
  {
    name: "records that count their offsets otherwise",
    async play(stage) {
      await stage.createTopic(stage.id)
      const batch = () => {
        const records = ["a", "b"].map((text) => ({ timestamp: 1_600_000_000_000, value: Buffer.from(text) }))
        const bytes = encodeBatch({ records })
        // The second record's offset: each takes 8 bytes, the offset is the fourth of them.
        bytes.writeUInt8(0, RECORDS_AT + 8 + 3)
        setChecksum(bytes)
        return bytes
      }
      await askBytes(stage, "both say 0", stage.id, batch())
      stage.note("the log goes on", await stage.produce(stage.id, ["c"]))
    },
  },
  {
    name: "a batch that grows in its topic",
    async play(stage) {
      await stage.createTopic(stage.id, {
        configs: { "compression.type": "uncompressed", "max.message.bytes": "1000" },
      })
      await stage.noteProduce("too large in the open", stage.id, ["x".repeat(3_000)], { codec: "gzip" })
      await stage.noteProduce("small enough", stage.id, ["x".repeat(300)], { codec: "gzip" })
      await stage.noteRead("one is kept", stage.id)
    },
  },
  {
    name: "records to a topic of the cluster's own",
    async play(stage) {
      await stage.noteProduce("offsets", "__consumer_offsets", ["a"])
      await stage.noteProduce("transactions", "__transaction_state", ["a"])
      await stage.noteProduce("with wrong acks", "__transaction_state", ["a"], { acks: 2 })
    },
  },
  {
    name: "records to topics by their ids",
    async play(stage) {
      const topicId = await stage.createTopic(stage.id)
      const ask = async (label: string, id: string, index: number, on = 1) => {
        const records = encodeBatch({ records: [{ timestamp: Date.now(), value: Buffer.from("a") }] })
        const topicData = [{ topicId: id, partitionData: [{ index, records }] }]
        await stage.ask(label, produce, 13, { acks: -1, timeoutMs: 10_000, topicData }, { on })
      }
      await ask("known", topicId, 0)
      await ask("no such partition", topicId, 4)
      await ask("another leader", topicId, 0, 2)
      await ask("unknown", UNKNOWN_TOPIC_ID, 0)
      await ask("none", ZERO_TOPIC_ID, 0)
    },
  },
]

async function askBytes(stage: Stage, label: string, topic: string, records: Buffer): Promise<void> {
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }]
  await stage.ask(label, produce, 9, { acks: -1, timeoutMs: 10_000, topicData }, { on: 1 })
}

/** Says that there are two where there is one. */
function twoRecords(bytes: Buffer): void {
  bytes.writeInt32BE(1, 23)
  bytes.writeInt32BE(2, 57)
}
