import { describe, expect, test } from "vitest"
import { DEFAULT_LOG_CONFIG } from "../../../src/cluster/log/logConfig"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { append, batchOf, contents, FOLDER, HandClock, NOW_MS, openLog } from "./logFixture"

const HOUR_MS = 3_600_000

describe("retention", () => {
  test("removes closed segments whose newest record is too old, and the log start follows", () => {
    const clock = new HandClock()
    const disk = new MemoryDisk()
    const log = openLog({ disk, clock, config: { retentionMs: HOUR_MS } })
    for (const value of ["a", "b", "c"]) {
      append(log, batchOf([value], { timestamp: clock.nowMs }), Number(value === "c"))
      log.roll()
      clock.nowMs += HOUR_MS
    }
    append(log, batchOf(["d"], { timestamp: clock.nowMs }), 1)
    const removed = [log.deleteOldSegments(0), log.deleteOldSegments(1), log.deleteOldSegments(4)]
    clock.pass(DEFAULT_LOG_CONFIG.fileDeleteDelayMs)
    const names = disk.list(FOLDER)
    expect([removed, contents(log), log.logStartOffset, log.endOffsetForEpoch(0), names.ok && names.value]).toEqual([
      [0, 1, 1],
      ["2:c", "3:d"],
      2,
      { epoch: 0, endOffset: 2 },
      [
        "00000000000000000002.index",
        "00000000000000000002.log",
        "00000000000000000002.snapshot",
        "00000000000000000002.timeindex",
        "00000000000000000003.log",
        "00000000000000000003.snapshot",
        "leader-epoch-checkpoint",
        "partition.metadata",
      ],
    ])
  })

  test("rolls the active segment and removes it when all in it is too old", () => {
    const clock = new HandClock()
    const disk = new MemoryDisk()
    const config = { retentionMs: HOUR_MS }
    const log = openLog({ disk, clock, config })
    append(log, batchOf(["a"]))
    clock.nowMs += HOUR_MS + 1
    expect([log.deleteOldSegments(1), log.logStartOffset, log.logEndOffset, log.deleteOldSegments(1)]).toEqual([
      1, 1, 1, 0,
    ])
    disk.powerOff(() => 0)
    const again = openLog({ disk, clock, config })
    expect([again.logStartOffset, append(again, batchOf(["b"], { timestamp: clock.nowMs }))]).toEqual([1, 1])
  })

  test("keeps at least retention.bytes", () => {
    const size = batchOf(["x"]).length
    const log = openLog({ config: { retentionBytes: size * 2, retentionMs: -1 } })
    for (let index = 0; index < 5; index++) {
      append(log, batchOf(["x"]))
      log.roll()
    }
    expect([log.deleteOldSegments(5), log.bytes, log.logStartOffset]).toEqual([3, size * 2, 3])
  })

  test("of a topic that is only compacted removes what is below the log start, nothing else", () => {
    const log = openLog({ config: { isDeleting: false, isCompacting: true, retentionMs: 1, retentionBytes: 1 } })
    for (let index = 0; index < 4; index++) {
      append(log, batchOf(["x"], { timestamp: NOW_MS - 1000 }))
      log.roll()
    }
    const before = log.deleteOldSegments(4)
    log.advanceLogStart(2)
    log.advanceLogStart(1)
    expect([before, log.deleteOldSegments(4), log.logStartOffset, contents(log)]).toEqual([0, 2, 2, ["2:x", "3:x"]])
  })
})

describe("rolling", () => {
  test.each([
    ["size", { segmentBytes: batchOf(["x"]).length * 2 }, [0, 2, 4]],
    ["time between records", { segmentMs: 15 }, [0, 2, 4]],
    ["a full index", { segmentIndexBytes: 16, indexIntervalBytes: 1 }, [0, 2, 4]],
    ["max.compaction.lag.ms", { isCompacting: true, maxCompactionLagMs: 15 }, [0, 2, 4]],
  ])("by %s", (_, config, bases) => {
    const log = openLog({ config })
    for (let index = 0; index < 5; index++) append(log, batchOf(["x"], { timestamp: NOW_MS + index * 10 }))
    expect(log.segments().map(({ baseOffset }) => baseOffset)).toEqual(bases)
  })
})

describe("time", () => {
  test("finds the first record at or after any time as a plain list does, in every segment and batch", () => {
    const disk = new MemoryDisk()
    const setup = { disk, config: { segmentBytes: 2000, indexIntervalBytes: 200 } }
    const log = openLog(setup)
    const timestamps: number[] = []
    for (let index = 0; index < 60; index++) {
      // Not in order, as clients' clocks are not.
      const timestamp = NOW_MS + ((index * 37) % 100) * 10
      timestamps.push(timestamp, timestamp + 1, timestamp + 2)
      append(log, batchOf(["a", "b", "c"], { timestamp, codec: index % 2 === 0 ? "none" : "gzip" }))
    }
    log.close()
    disk.kill()
    const again = openLog({ ...setup, options: { cleanShutdown: true } })
    for (let time = NOW_MS - 5; time < NOW_MS + 1010; time += 7) {
      const offset = timestamps.findIndex((timestamp) => timestamp >= time)
      const expected = offset < 0 ? undefined : { offset, timestamp: timestamps[offset], leaderEpoch: 0 }
      expect(again.offsetForTimestamp(time)).toEqual(expected)
    }
    const largest = Math.max(...timestamps)
    expect(again.maxTimestamp()).toEqual({ offset: timestamps.indexOf(largest), timestamp: largest, leaderEpoch: 0 })
  })
})
