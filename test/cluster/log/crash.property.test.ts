import fc from "fast-check"
import { expect, test } from "vitest"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { append, batchOf, contents, FOLDER, HandClock, openLog, TOPIC_ID } from "./logFixture"
import { seededRandom } from "./seededRandom"

type Step =
  | { readonly kind: "append"; readonly records: number }
  | { readonly kind: "truncate"; readonly fraction: number }
  | { readonly kind: "roll" | "flush" | "kill" | "powerOff" | "stop" | "newEpoch" }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ kind: fc.constant("append" as const), records: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("truncate" as const),
      fraction: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("roll" as const, "flush", "kill", "powerOff", "stop", "newEpoch") }),
  },
)

/** What the log must hold: "offset:value", and how many of them must survive a power failure. */
interface Model {
  records: string[]
  /** Of each record. */
  epochs: number[]
  durable: number
  batchEnds: number[]
}

/** The time index of the first segment is torn; the segment behind it begins a newer epoch. */
const tornIndexOfAnOlderSegment: Step[] = [
  { kind: "append", records: 1 },
  { kind: "newEpoch" },
  { kind: "roll" },
  { kind: "powerOff" },
  { kind: "append", records: 1 },
  { kind: "stop" },
  { kind: "roll" },
]

/** The newest epoch has no record yet, and the one before begins in a segment that is not recovered. */
const emptyEpoch: Step[] = [
  { kind: "append", records: 1 },
  { kind: "roll" },
  { kind: "stop" },
  { kind: "append", records: 1 },
  { kind: "newEpoch" },
  { kind: "kill" },
]

/** The power failure takes all of a segment that was just closed, and leaves the next one. */
const lostSegment: Step[] = [
  { kind: "append", records: 1 },
  { kind: "roll" },
  { kind: "append", records: 1 },
  { kind: "roll" },
  { kind: "powerOff" },
]

/** What a life before has written of the epochs is not flushed, and nothing changes it before the clean stop. */
const unflushedEpochs: Step[] = [
  { kind: "append", records: 1 },
  { kind: "kill" },
  { kind: "roll" },
  { kind: "stop" },
  { kind: "powerOff" },
]

/** The power failure takes partition.metadata and leaves a record; nothing is appended before the clean stop. */
const lostMetadata: Step[] = [
  { kind: "append", records: 1 },
  { kind: "append", records: 1 },
  { kind: "powerOff" },
  { kind: "stop" },
  { kind: "append", records: 1 },
]

const topicIdFile = { ok: true, value: Buffer.from(`version: 0\ntopic_id: ${TOPIC_ID}`) }

function isReopened({ kind }: Step): boolean {
  return kind === "kill" || kind === "powerOff" || kind === "stop"
}

test("whatever crashes come between, a log holds what a plain list holds, and after a power failure at least what was flushed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), fc.integer(), async (steps, seed) => {
      const random = seededRandom(seed)
      const disk = new MemoryDisk()
      const clock = new HandClock()
      const setup = { disk, clock, config: { segmentBytes: 700, indexIntervalBytes: 150 } }
      const model: Model = { records: [], epochs: [], durable: 0, batchEnds: [] }
      let log = openLog(setup)
      let recoveryPoint = 0
      let epoch = 0
      let value = 0
      for (const each of steps) {
        switch (each.kind) {
          case "append": {
            const values = Array.from({ length: each.records }, () => `value-${value++}`)
            const base = append(log, batchOf(values, { timestamp: clock.nowMs }), epoch)
            for (const [index, text] of values.entries()) {
              model.records.push(`${base + index}:${text}`)
              model.epochs.push(epoch)
            }
            model.batchEnds.push(model.records.length)
            break
          }
          case "truncate": {
            const at = Math.floor(each.fraction * model.batchEnds.length)
            const end = model.batchEnds[at]
            if (end === undefined) break
            log.truncateTo(end)
            model.records.length = end
            model.epochs.length = end
            model.batchEnds.length = at + 1
            model.durable = Math.min(model.durable, end)
            break
          }
          case "roll":
            log.roll()
            break
          case "newEpoch":
            log.beginEpoch(++epoch)
            break
          case "flush":
            await log.flush()
            model.durable = model.records.length
            break
          case "kill":
            recoveryPoint = log.recoveryPoint
            disk.kill()
            log = openLog({ ...setup, options: { recoveryPoint } })
            break
          case "stop":
            log.close()
            await log.flush()
            model.durable = model.records.length
            disk.kill()
            log = openLog({ ...setup, options: { cleanShutdown: true } })
            break
          case "powerOff": {
            recoveryPoint = log.recoveryPoint
            disk.powerOff(random)
            // What records belong to survives with them: another topic of the same name must not take them for its own.
            if (model.durable > 0) expect(disk.readFile(`${FOLDER}/partition.metadata`)).toEqual(topicIdFile)
            log = openLog({ ...setup, options: { recoveryPoint } })
            expect(log.logEndOffset).toBeGreaterThanOrEqual(model.durable)
            model.records.length = log.logEndOffset
            model.epochs.length = log.logEndOffset
            model.batchEnds = model.batchEnds.filter((end) => end <= log.logEndOffset)
            model.durable = Math.min(model.durable, log.logEndOffset)
            break
          }
        }
        expect(contents(log)).toEqual(model.records)
        expect(model.epochs.map((_, offset) => log.epochForOffset(offset))).toEqual(model.epochs)
        if (isReopened(each)) expect(log.latestEpoch).toBe(model.epochs.at(-1) ?? -1)
      }
      const middle = Math.floor(log.logEndOffset / 2)
      expect(contents(log, middle, 1)).toEqual(model.records.slice(middle))
    }),
    {
      numRuns: 150,
      examples: [
        [tornIndexOfAnOlderSegment, 0],
        [lostMetadata, -1560652900],
        [emptyEpoch, 0],
        [lostSegment, -1419948012],
        [unflushedEpochs, 0],
      ],
    },
  )
})
