import fc from "fast-check"
import { describe, expect, test, vi } from "vitest"
import { NEWEST_OFFSETS, NewestContents } from "../../../src/cluster/log/newestContents"
import type { PartitionLog } from "../../../src/cluster/log/partitionLog"
import { encodeBatch } from "../../../src/protocol/recordBatch"
import { NOW_MS, openLog } from "./logFixture"

const COMPACTED = { isCompacting: true, isDeleting: false, deleteRetentionMs: 0, indexIntervalBytes: 100 }
const [debit, credit] = [7, 8]

/** Appends records with these keys (two of which say what their value is), of a transaction where a producer is named. */
function put(log: PartitionLog, keys: readonly string[], producerId?: number): void {
  const values: Readonly<Record<string, Buffer | null>> = { deleted: null, empty: Buffer.alloc(0) }
  const valueFor = (key: string) => (key in values ? (values[key] ?? null) : Buffer.from("v"))
  const records = keys.map((key) => ({ key: Buffer.from(key), value: valueFor(key), timestamp: NOW_MS }))
  const baseSequence = log.producers().find((producer) => producer.producerId === producerId)?.lastSequence ?? -1
  const transaction =
    producerId === undefined
      ? {}
      : { producerId, producerEpoch: 0, baseSequence: baseSequence + 1, isTransactional: true }
  const result = log.append(encodeBatch({ records, ...transaction }), { leaderEpoch: 0, origin: "client" })
  if (result.errorCode !== 0) throw new Error(result.errorMessage)
}

function end(log: PartitionLog, type: "abort" | "commit", producerId: number): void {
  const key = Buffer.from([0, 0, 0, type === "commit" ? 1 : 0])
  const records = [{ key, value: Buffer.alloc(6), timestamp: NOW_MS }]
  const batch = encodeBatch({ records, isControl: true, isTransactional: true, producerId, producerEpoch: 0 })
  const result = log.append(batch, { leaderEpoch: 0, origin: "coordinator" })
  if (result.errorCode !== 0) throw new Error(result.errorMessage)
}

const lastStableOf = (log: PartitionLog) => log.firstUnstableOffset(log.logEndOffset) ?? log.logEndOffset

async function clean(log: PartitionLog): Promise<void> {
  log.roll()
  await log.clean(log.cleanableRange(0, lastStableOf(log)), () => Promise.resolve())
}

const look = (log: PartitionLog, contents = new NewestContents(log)) => contents.runs(lastStableOf(log))

describe("what stands at the newest offsets of a log", () => {
  test("tells records, open and ended transactions and their markers apart, however they interleave", () => {
    const log = openLog()
    put(log, ["a", "b", "c"], debit)
    put(log, ["plain"])
    put(log, ["d"], credit)
    end(log, "abort", debit)
    end(log, "commit", credit)
    put(log, ["e"], debit)
    put(log, ["plain"])
    expect([look(log), look(openLog())]).toEqual([
      { 0: "aborted", 3: "record", 5: "abortMarker", 6: "commitMarker", 7: "open", 8: "record" },
      {},
    ])
  })

  test("tells records without a value, unless their transaction says more of them", () => {
    const log = openLog()
    put(log, ["a", "deleted", "empty"])
    put(log, ["deleted"], debit)
    put(log, ["deleted"], credit)
    end(log, "commit", debit)
    const open = look(log)
    end(log, "abort", credit)
    const large = encodeBatch({ records: [{ value: Buffer.alloc(70_000) }, { value: null }] })
    log.append(large, { leaderEpoch: 0, origin: "client" })
    expect([open, look(log)]).toEqual([
      { 0: "record", 1: "noValue", 2: "record", 3: "noValue", 4: "open", 5: "commitMarker" },
      // What stands in a batch that is too large to be opened is a record.
      {
        0: "record",
        1: "noValue",
        2: "record",
        3: "noValue",
        4: "aborted",
        5: "commitMarker",
        6: "abortMarker",
        7: "record",
      },
    ])
  })

  test("changes its mind about records once their transaction has ended", () => {
    const log = openLog()
    const contents = new NewestContents(log)
    put(log, ["a", "b"], debit)
    const before = look(log, contents)
    end(log, "abort", debit)
    expect([before, look(log, contents)]).toEqual([{ 0: "open" }, { 0: "aborted", 2: "abortMarker" }])
  })

  test("shows the gaps of compaction: before, between and within batches", async () => {
    const log = openLog({ config: COMPACTED })
    // The offsets 3 to 6 are left of these seven.
    for (const key of ["A", "B", "A"]) put(log, [key])
    put(log, ["C"])
    put(log, ["B", "A", "D"])
    put(log, ["E", "F", "E"])
    await clean(log)
    put(log, ["E"])
    expect(look(log)).toEqual({ 0: "compacted", 3: "record", 7: "compacted", 8: "record" })
  })

  test("is bounded, begins at the log start, and reads only what came since the last look", () => {
    const log = openLog()
    const contents = new NewestContents(log)
    for (let n = 0; n < 100; n++) put(log, ["a"])
    const read = vi.spyOn(log, "read")
    const first = look(log, contents)
    put(log, ["a", "b"])
    const second = look(log, contents)
    look(log, contents)
    log.advanceLogStart(90)
    expect([first, second, look(log, contents), read.mock.calls.map(([offset]) => offset)]).toEqual([
      { [100 - NEWEST_OFFSETS]: "record" },
      { [102 - NEWEST_OFFSETS]: "record" },
      { 90: "record" },
      [100 - NEWEST_OFFSETS, 100],
    ])
  })

  test("forgets what was truncated, also where as much came in its place", () => {
    const log = openLog()
    const contents = new NewestContents(log)
    put(log, ["a"])
    put(log, ["b"], debit)
    end(log, "abort", debit)
    const before = look(log, contents)
    log.truncateTo(1)
    put(log, ["c", "d"])
    expect([before, look(log, contents)]).toEqual([{ 0: "record", 1: "aborted", 2: "abortMarker" }, { 0: "record" }])
  })

  test("is not known of a log that its disk took offline", () => {
    const log = openLog()
    put(log, ["a"])
    Object.defineProperty(log, "failure", { value: { code: "EIO", path: "", message: "" } })
    expect(look(log)).toBeUndefined()
  })

  test("is the same for who looks all the time and who looks once", async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("put" as const),
        keys: fc.array(fc.constantFrom("a", "b", "deleted"), { minLength: 1 }),
      }),
      fc.record({
        kind: fc.constantFrom("begin" as const, "abort" as const, "commit" as const),
        who: fc.constantFrom(7, 8),
      }),
      fc.record({ kind: fc.constantFrom("clean" as const, "look" as const, "truncate" as const) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const log = openLog({ config: COMPACTED })
        const contents = new NewestContents(log)
        const open = new Set<number>()
        for (const one of steps) {
          switch (one.kind) {
            case "put":
              put(log, one.keys)
              break
            case "begin":
              put(log, ["t"], one.who)
              open.add(one.who)
              break
            case "abort":
            case "commit":
              if (open.delete(one.who)) end(log, one.kind, one.who)
              break
            case "clean":
              await clean(log)
              break
            case "truncate":
              if (open.size === 0 && log.logEndOffset > 0) log.truncateTo(log.logEndOffset - 1)
              break
            case "look":
              look(log, contents)
              break
          }
        }
        expect(look(log, contents)).toEqual(look(log))
      }),
      { numRuns: 60 },
    )
  })
})
