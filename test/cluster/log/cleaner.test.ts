import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isWorthCleaning } from "../../../src/cluster/log/cleanableRange"
import type { CleanResult } from "../../../src/cluster/log/cleanLog"
import type { PartitionLog } from "../../../src/cluster/log/partitionLog"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import {
  batchesOf,
  decodeRecords,
  encodeBatch,
  isControl,
  lastOffset,
  recordCount,
} from "../../../src/protocol/recordBatch"
import { dyingDisk } from "./dyingDisk"
import { FOLDER, HandClock, type LogSetup, NOW_MS, openLog } from "./logFixture"
import { seededRandom } from "./seededRandom"

const COMPACTED = { isCompacting: true, isDeleting: false, deleteRetentionMs: 1000, indexIntervalBytes: 100 }

function put(
  log: PartitionLog,
  key: string,
  value: string | null,
  more: {
    readonly producerId?: number
    readonly sequence?: number
    readonly isTransactional?: boolean
    readonly timestamp?: number
  } = {},
): number {
  const { producerId, sequence, isTransactional = false, timestamp = NOW_MS } = more
  const record = { key: Buffer.from(key), value: value === null ? null : Buffer.from(value), timestamp }
  const producer =
    producerId === undefined ? {} : { producerId, producerEpoch: 0, baseSequence: sequence ?? 0, isTransactional }
  const result = log.append(encodeBatch({ records: [record], ...producer }), { leaderEpoch: 0, origin: "client" })
  if (result.errorCode !== 0) throw new Error(result.errorMessage)
  return result.baseOffset
}

function mark(log: PartitionLog, type: "abort" | "commit", producerId: number): void {
  const records = [
    { key: Buffer.from([0, 0, 0, type === "commit" ? 1 : 0]), value: Buffer.alloc(6), timestamp: NOW_MS },
  ]
  const batch = encodeBatch({ records, isControl: true, isTransactional: true, producerId, producerEpoch: 0 })
  const result = log.append(batch, { leaderEpoch: 0, origin: "coordinator" })
  if (result.errorCode !== 0) throw new Error(result.errorMessage)
}

/** Rolls, so that everything is closed, and cleans from a checkpoint. */
async function clean(log: PartitionLog, checkpoint = 0, rolls = true): Promise<CleanResult> {
  if (rolls) log.roll()
  const range = log.cleanableRange(checkpoint, log.firstUnstableOffset(log.logEndOffset) ?? log.logEndOffset)
  return log.clean(range, () => Promise.resolve())
}

/** "offset key=value" of the records, "offset [marker]" of control batches and "offset [empty]" of empty ones. */
function stored(log: PartitionLog): string[] {
  const seen: string[] = []
  let next = log.logStartOffset
  while (next < log.logEndOffset) {
    const bytes = log.read(next, 1 << 20)
    if (bytes.length === 0) break
    for (const batch of batchesOf(bytes)) {
      next = lastOffset(batch) + 1
      if (recordCount(batch) === 0) seen.push(`${lastOffset(batch)} [empty]`)
      else if (isControl(batch)) seen.push(`${lastOffset(batch)} [marker]`)
      else for (const { offset, key, value } of decodeRecords(batch)) seen.push(`${offset} ${key}=${value}`)
    }
  }
  return seen
}

describe("the cleaner", () => {
  test("keeps the newest record of every key at its offset, and leaves the active segment alone", async () => {
    const log = openLog({ config: COMPACTED })
    for (const [key, value] of [
      ["a", "1"],
      ["b", "1"],
      ["a", "2"],
      ["c", "1"],
    ] as const)
      put(log, key, value)
    log.roll()
    put(log, "b", "2")
    put(log, "b", "3")
    const result = await clean(log, 0, false)
    expect([stored(log), result.cleanedTo, result.bytesAfter < result.bytesBefore]).toEqual([
      ["1 b=1", "2 a=2", "3 c=1", "4 b=2", "5 b=3"],
      4,
      true,
    ])
  })

  test("joins small segments, keeps the end offset, and goes on from its checkpoint", async () => {
    const disk = new MemoryDisk()
    const log = openLog({ disk, config: COMPACTED })
    for (let index = 0; index < 5; index++) {
      put(log, `k${index % 2}`, String(index))
      log.roll()
    }
    const first = await clean(log)
    put(log, "k0", "again")
    const second = await clean(log, first.cleanedTo)
    const names = disk.list(FOLDER)
    const files = names.ok ? names.value.filter((name) => name.endsWith(".log")) : []
    expect([first.segmentsBefore, first.segmentsAfter, second.cleanedTo, stored(log), log.logEndOffset]).toEqual([
      5,
      1,
      6,
      ["3 k1=3", "5 k0=again"],
      6,
    ])
    expect(files).toEqual(["00000000000000000000.log", "00000000000000000006.log"])
  })

  test("removes a tombstone only in a pass after delete.retention.ms", async () => {
    const clock = new HandClock()
    const log = openLog({ clock, config: COMPACTED })
    put(log, "a", "1")
    put(log, "a", null)
    put(log, "z", "end")
    const passes: unknown[] = []
    let { cleanedTo } = await clean(log)
    passes.push(stored(log))
    for (const passedMs of [999, 1]) {
      clock.nowMs += passedMs
      put(log, "z", "end")
      cleanedTo = (await clean(log, cleanedTo)).cleanedTo
      passes.push(stored(log))
    }
    expect(passes).toEqual([["1 a=null", "2 z=end"], ["1 a=null", "3 z=end"], ["4 z=end"]])
  })

  test("keeps an empty batch for a producer's last sequence", async () => {
    const disk = new MemoryDisk()
    const setup: LogSetup = { disk, config: COMPACTED }
    const log = openLog(setup)
    put(log, "a", "1", { producerId: 5, sequence: 0 })
    put(log, "a", "2", { producerId: 5, sequence: 1 })
    put(log, "a", "3")
    await clean(log)
    await log.flush()
    disk.kill()
    for (const name of [0, 3]) disk.remove(`${FOLDER}/${String(name).padStart(20, "0")}.snapshot`)
    const again = openLog(setup)
    expect([
      stored(again),
      again.producers().map(({ producerId, lastSequence }) => [producerId, lastSequence]),
    ]).toEqual([["1 [empty]", "2 a=3"], [[5, 1]]])
  })

  test("drops aborted records at once, their marker only after the horizon, and never trusts an aborted newest value", async () => {
    const clock = new HandClock()
    const log = openLog({ clock, config: COMPACTED })
    put(log, "a", "old")
    put(log, "a", "undone", { producerId: 9, sequence: 0, isTransactional: true })
    mark(log, "abort", 9)
    put(log, "b", "committed", { producerId: 8, sequence: 0, isTransactional: true })
    mark(log, "commit", 8)
    put(log, "z", "1")
    let { cleanedTo } = await clean(log)
    const passes = [stored(log)]
    expect(log.abortedTransactions(0, 10)).toEqual([{ producerId: 9, firstOffset: 1 }])
    for (let pass = 0; pass < 3; pass++) {
      clock.nowMs += 1000
      put(log, "z", String(pass))
      put(log, "b", String(pass))
      cleanedTo = (await clean(log, cleanedTo)).cleanedTo
      passes.push(stored(log))
    }
    expect(passes).toEqual([
      ["0 a=old", "1 [empty]", "2 [marker]", "3 b=committed", "4 [marker]", "5 z=1"],
      ["0 a=old", "1 [empty]", "2 [marker]", "3 [empty]", "4 [marker]", "6 z=0", "7 b=0"],
      ["0 a=old", "1 [empty]", "2 [marker]", "3 [empty]", "4 [marker]", "8 z=1", "9 b=1"],
      ["0 a=old", "1 [empty]", "2 [marker]", "3 [empty]", "4 [marker]", "10 z=2", "11 b=2"],
    ])
  })

  test("waits for min.compaction.lag.ms, the dirty ratio, and open transactions, but not beyond max.compaction.lag.ms", () => {
    const clock = new HandClock()
    const log = openLog({ clock, config: { ...COMPACTED, minCompactionLagMs: 500, maxCompactionLagMs: 5000 } })
    put(log, "a", "1")
    put(log, "a", "2", { producerId: 1, sequence: 0, isTransactional: true })
    log.roll()
    const uncleanable = (stable: number): number => log.cleanableRange(0, stable).firstUncleanableOffset
    const young = uncleanable(2)
    clock.nowMs += 501
    const worth = (checkpoint: number): boolean => isWorthCleaning(log.cleanableRange(checkpoint, 2), log.config)
    expect([young, uncleanable(1), uncleanable(2), worth(0), log.cleanableRange(0, 2).isOverdue]).toEqual([
      0,
      1,
      2,
      true,
      false,
    ])
    clock.nowMs += 5000
    expect(log.cleanableRange(0, 2).isOverdue).toBe(true)
  })

  test("gives a round up when the log was truncated meanwhile", async () => {
    const disk = new MemoryDisk()
    const log = openLog({ disk, config: COMPACTED })
    for (const value of ["1", "2", "3"]) put(log, "a", value)
    log.roll()
    const round = log.clean(log.cleanableRange(0, 3), () => Promise.resolve())
    log.truncateTo(2)
    await round
    const names = disk.list(FOLDER)
    expect([stored(log), names.ok && names.value.filter((name) => name.includes("cleaned"))]).toEqual([
      ["0 a=1", "1 a=2"],
      [],
    ])
  })
})

test("a kill at any step of the swap leaves a log with every newest value and its aborts", async () => {
  let completed = 0
  for (let changes = 0; completed < 3; changes++) {
    const inner = new MemoryDisk()
    const fill = openLog({ disk: inner, config: COMPACTED })
    put(fill, "a", "1")
    put(fill, "b", "undone", { producerId: 4, sequence: 0, isTransactional: true })
    mark(fill, "abort", 4)
    fill.roll()
    put(fill, "a", "2")
    put(fill, "b", "1")
    fill.roll()
    put(fill, "c", "1")
    fill.close()
    await fill.flush()
    const dying = openLog({ disk: dyingDisk(inner, changes), config: COMPACTED, options: { cleanShutdown: true } })
    if ((await clean(dying, 0, false)).segmentsAfter === 1 && !dying.failure) completed++
    const again = openLog({ disk: inner, config: COMPACTED })
    const names = inner.list(FOLDER)
    expect({
      newest: newestSeen(again),
      aborts: again.abortedTransactions(0, 6),
      leftovers: names.ok && names.value.filter((name) => /swap|cleaned/.test(name)),
    }).toEqual({
      newest: new Map([
        ["a", "3:2"],
        ["b", "4:1"],
        ["c", "5:1"],
      ]),
      aborts: [{ producerId: 4, firstOffset: 1 }],
      leftovers: [],
    })
  }
})

test("whatever is written, cleaned and crashed, the newest committed value of every key stays, at its offset", async () => {
  const operation = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("put" as const),
        key: fc.integer({ min: 0, max: 4 }),
        producer: fc.integer({ min: -1, max: 2 }),
        isTombstone: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom("commit" as const, "abort"),
        producer: fc.integer({ min: 0, max: 2 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("roll" as const, "clean", "kill", "powerOff") }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 80 }), fc.integer(), async (operations, seed) => {
      const disk = new MemoryDisk()
      const random = seededRandom(seed)
      const clock = new HandClock()
      const config = { ...COMPACTED, segmentBytes: 900 }
      let log = openLog({ disk, clock, config })
      let checkpoint = 0
      const sequences = new Map<number, number>()
      const open = new Map<number, { offset: number; key: string; value: string | null }[]>()
      const committed: { offset: number; key: string; value: string | null }[] = []
      for (const each of operations) {
        clock.nowMs += 300
        switch (each.kind) {
          case "put": {
            const key = `k${each.key}`
            const value = each.isTombstone ? null : `v${log.logEndOffset}`
            if (each.producer < 0) {
              committed.push({ offset: put(log, key, value, { timestamp: clock.nowMs }), key, value })
              break
            }
            const sequence = sequences.get(each.producer) ?? 0
            const offset = put(log, key, value, {
              producerId: each.producer,
              sequence,
              isTransactional: true,
              timestamp: clock.nowMs,
            })
            sequences.set(each.producer, sequence + 1)
            open.set(each.producer, [...(open.get(each.producer) ?? []), { offset, key, value }])
            break
          }
          case "commit":
          case "abort":
            mark(log, each.kind, each.producer)
            if (each.kind === "commit") committed.push(...(open.get(each.producer) ?? []))
            open.delete(each.producer)
            break
          case "roll":
            log.roll()
            break
          case "clean":
            checkpoint = (await clean(log, checkpoint)).cleanedTo
            break
          case "kill":
          case "powerOff": {
            await log.flush()
            const { recoveryPoint } = log
            if (each.kind === "kill") disk.kill()
            else disk.powerOff(random)
            log = openLog({ disk, clock, config, options: { recoveryPoint } })
            break
          }
        }
        committed.sort((left, right) => left.offset - right.offset)
        const stable = log.firstUnstableOffset(log.logEndOffset) ?? log.logEndOffset
        const visible = committed.filter(({ offset }) => offset < stable)
        expect(newestSeen(log)).toEqual(newestOf(visible, newestSeen(log)))
      }
    }),
    { numRuns: 120 },
  )
})

/** Newest value per key as a read_committed reader builds it, by offset; tombstones count until they are gone. */
function newestSeen(log: PartitionLog): Map<string, string> {
  const stable = log.firstUnstableOffset(log.logEndOffset) ?? log.logEndOffset
  const aborted = log
    .abortedTransactions(log.logStartOffset, stable)
    .toSorted((left, right) => left.firstOffset - right.firstOffset)
  const ongoing = new Set<number>()
  const newest = new Map<string, string>()
  let next = log.logStartOffset
  while (next < stable) {
    const bytes = log.read(next, 1 << 20, stable)
    if (bytes.length === 0) break
    for (const batch of batchesOf(bytes)) {
      next = lastOffset(batch) + 1
      while (aborted[0] && aborted[0].firstOffset <= lastOffset(batch)) ongoing.add(aborted.shift()?.producerId ?? -1)
      const producer = Number(batch.readBigInt64BE(43))
      if (isControl(batch)) {
        ongoing.delete(producer)
        continue
      }
      if (ongoing.has(producer)) continue
      for (const { offset, key, value } of decodeRecords(batch)) newest.set(String(key), `${offset}:${value}`)
    }
  }
  return newest
}

/** What must be seen; a tombstone may have gone already. */
function newestOf(
  committed: readonly { offset: number; key: string; value: string | null }[],
  seen: ReadonlyMap<string, string>,
): Map<string, string> {
  const newest = new Map<string, string>()
  for (const { offset, key, value } of committed) newest.set(key, `${offset}:${value}`)
  for (const [key, text] of newest) if (text.endsWith(":null") && !seen.has(key)) newest.delete(key)
  return newest
}
