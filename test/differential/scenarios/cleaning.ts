import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

const HOUR_MS = 3_600_000
/** A record that is younger by more than this closes the segment before it: no scenario has to wait. */
const SEGMENT_MS = 600_000

const compacted = {
  "cleanup.policy": "compact",
  "segment.ms": String(SEGMENT_MS),
  "min.cleanable.dirty.ratio": "0.01",
}

function record(key: string, value: string | null, timestamp: number) {
  return { timestamp, key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }
}

async function untilRecords(stage: Stage, topic: string, count: number): Promise<void> {
  await stage.until(`${count} records`, async () => stage.count((await stage.read(topic)).records) === count)
}

/** What compaction and retention leave to a consumer. */
export const cleaning: readonly Scenario[] = [
  {
    name: "compaction keeps the last of each key",
    proves: ["L12a", "L12f", "Retention and compaction touch closed segments only"],
    async play(stage) {
      await stage.createTopic(stage.id, { configs: compacted })
      const old = Date.now() - HOUR_MS
      const history = ["A=v1", "B=v1", "A=v2", "C=v1", "B=v2", "A=v3", "D=v1"]
      for (const [index, each] of history.entries()) {
        await stage.produce(stage.id, [record(each.slice(0, 1), each.slice(2), old + index)])
      }
      await stage.noteProduce("a younger record closes the segment", stage.id, [record("E", "v1", Date.now())])
      await untilRecords(stage, stage.id, 5)
      await stage.noteRead("what is left", stage.id)
      await stage.noteRead("from an offset that is gone", stage.id, { from: 1 })
      stage.note("start and end", await stage.offsets(stage.id))
    },
  },
  {
    name: "compaction leaves the active segment",
    proves: ["L12b"],
    async play(stage) {
      const untouched = `${stage.id}-untouched`
      for (const topic of [stage.id, untouched]) await stage.createTopic(topic, { configs: compacted })
      const old = Date.now() - HOUR_MS
      for (const topic of [untouched, stage.id]) {
        for (const value of ["v1", "v2"]) await stage.produce(topic, [record("A", value, old)])
      }
      await stage.produce(stage.id, [record("B", "v1", Date.now())])
      await untilRecords(stage, stage.id, 2)
      await stage.noteRead("rolled", stage.id)
      await stage.noteRead("not rolled", untouched)
    },
  },
  {
    name: "a tombstone goes in the second pass",
    proves: ["L12c", "tombstones go on a second pass after delete.retention.ms"],
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { ...compacted, "delete.retention.ms": "100" } })
      const old = Date.now() - 3 * HOUR_MS
      await stage.produce(stage.id, [record("A", "v1", old)])
      await stage.produce(stage.id, [record("A", null, old + 1)])
      await stage.produce(stage.id, [record("B", "v1", old + 2)])
      await stage.produce(stage.id, [record("C", "v1", old + HOUR_MS)])
      await untilRecords(stage, stage.id, 3)
      await stage.noteRead("after the first pass", stage.id)
      await stage.produce(stage.id, [record("D", "v1", Date.now())])
      await untilRecords(stage, stage.id, 3)
      await stage.noteRead("after the second pass", stage.id)
    },
  },
  {
    name: "retention by time",
    proves: ["L12e"],
    async play(stage) {
      const configs = { "segment.ms": String(SEGMENT_MS), "retention.ms": String(2 * SEGMENT_MS) }
      await stage.createTopic(stage.id, { configs })
      const old = Date.now() - HOUR_MS
      await stage.produce(stage.id, [record("A", "v1", old), record("A", "v2", old)])
      await stage.produce(stage.id, [record("A", "v3", Date.now())])
      await stage.until("the closed segment to go", async () => (await stage.offsets(stage.id))[0] === 2)
      stage.note("start and end", await stage.offsets(stage.id))
      await stage.noteRead("what is left", stage.id, { from: 2 })
      await stage.noteRead("what is gone", stage.id)
    },
  },
  {
    name: "retention of all that a log has",
    async play(stage) {
      await stage.createTopic(stage.id, { configs: { "retention.ms": "1000" } })
      await stage.produce(stage.id, [record("A", "v1", Date.now() - HOUR_MS)])
      await stage.until("the active segment to go", async () => (await stage.offsets(stage.id))[0] === 1)
      stage.note("start and end", await stage.offsets(stage.id))
      await stage.noteProduce("the next offset", stage.id, ["b"])
    },
  },
  {
    name: "retention by size",
    async play(stage) {
      const configs = { "segment.bytes": "1048576", "retention.bytes": "1500000" }
      await stage.createTopic(stage.id, { configs })
      for (let count = 0; count < 5; count++) await stage.produce(stage.id, ["x".repeat(600_000)])
      await stage.until("two segments to go", async () => {
        const [first] = await stage.offsets(stage.id)
        return first === 2 || first === 3
      })
      stage.note("start and end", await stage.offsets(stage.id))
    },
  },
]
