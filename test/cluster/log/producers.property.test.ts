import fc from "fast-check"
import { expect, test } from "vitest"
import type { PartitionLog } from "../../../src/cluster/log/partitionLog"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { batchOf, openLog } from "./logFixture"

interface Sent {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly records: number
}

type Step =
  | { readonly kind: "append"; readonly producerId: number; readonly records: number; readonly isNewEpoch: boolean }
  | { readonly kind: "truncate"; readonly batches: number }
  | { readonly kind: "roll" | "kill" | "stop" }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      producerId: fc.integer({ min: 1, max: 3 }),
      records: fc.integer({ min: 1, max: 3 }),
      isNewEpoch: fc.integer({ max: 9, min: 0 }).map((number) => number === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("truncate" as const), batches: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("roll" as const, "kill", "stop") }) },
)

function send(log: PartitionLog, { producerId, producerEpoch, baseSequence, records }: Sent): readonly unknown[] {
  const values = Array.from({ length: records }, (_, index) => `${producerId}:${producerEpoch}:${baseSequence + index}`)
  const result = log.append(batchOf(values, { producerId, producerEpoch, baseSequence }), {
    leaderEpoch: 0,
    origin: "client",
  })
  return [result.errorCode, result.baseOffset, result.duplicate ?? false]
}

/** The next batch of a producer, as it goes on behind what the log holds of it. */
function nextOf(producerId: number, sent: readonly Sent[], records: number, isNewEpoch: boolean): Sent {
  const last = sent.findLast((each) => each.producerId === producerId)
  if (!last) return { producerId, producerEpoch: 0, baseSequence: 0, records }
  if (isNewEpoch) return { producerId, producerEpoch: last.producerEpoch + 1, baseSequence: 0, records }
  return { ...last, baseSequence: last.baseSequence + last.records, records }
}

test("whatever was cut off, rolled or reopened, every retry is answered as by a log that only ever grew", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const disk = new MemoryDisk()
      const setup = { disk, config: { segmentBytes: 900, indexIntervalBytes: 150 } }
      let log = openLog(setup)
      let sent: Sent[] = []
      for (const each of steps) {
        if (each.kind === "append") {
          const next = nextOf(each.producerId, sent, each.records, each.isNewEpoch)
          send(log, next)
          sent.push(next)
        } else if (each.kind === "truncate") {
          sent = sent.slice(0, -each.batches)
          log.truncateTo(sent.reduce((offset, { records }) => offset + records, 0))
        } else if (each.kind === "roll") log.roll()
        else {
          if (each.kind === "stop") log.close()
          disk.kill()
          log = openLog({ ...setup, options: { cleanShutdown: each.kind === "stop" } })
        }
      }
      const grown = openLog({ config: setup.config })
      for (const each of sent) send(grown, each)
      const retries = [...sent].reverse()
      expect(retries.map((each) => send(log, each))).toEqual(retries.map((each) => send(grown, each)))
    }),
    { numRuns: 300 },
  )
})
