import { produce } from "../../../src/protocol/api/00_produce"
import { encodeBatch } from "../../../src/protocol/recordBatch"
import type { Scenario } from "../scenario"

const MAGIC_AT = 16
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
]
