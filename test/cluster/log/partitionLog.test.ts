import { describe, expect, test } from "vitest"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { batchesOf, codecOf, encodeBatch } from "../../../src/protocol/recordBatch"
import { append, batchOf, contents, FOLDER, HandClock, NOW_MS, openLog } from "./logFixture"

describe("a leader's log", () => {
  test("gives offsets in place and serves whole batches from any offset within them", () => {
    const log = openLog()
    const bases = [append(log, batchOf(["a", "b"])), append(log, batchOf(["c"])), append(log, batchOf(["d", "e"]))]
    expect({
      bases,
      end: log.logEndOffset,
      all: contents(log),
      amid: contents(log, 1),
      small: contents(log, 0, 1),
    }).toEqual({
      bases: [0, 2, 3],
      end: 5,
      all: ["0:a", "1:b", "2:c", "3:d", "4:e"],
      amid: ["1:b", "2:c", "3:d", "4:e"],
      small: ["0:a", "1:b", "2:c", "3:d", "4:e"],
    })
  })

  test("does not show a batch that reaches the end offset", () => {
    const log = openLog()
    append(log, batchOf(["a", "b"]))
    append(log, batchOf(["c", "d"]))
    expect([log.read(0, 1000, 3).length, log.read(2, 1000, 3).length]).toEqual([batchOf(["a", "b"]).length, 0])
  })

  test.each([
    ["a damaged batch", 2, (batch: Buffer) => batch.fill(1, batch.length - 2), {}],
    ["a batch cut short", 2, (batch: Buffer) => batch.subarray(0, batch.length - 1), {}],
    ["a batch beyond max.message.bytes", 10, (batch: Buffer) => batch, { maxMessageBytes: 50 }],
    ["a batch beyond segment.bytes", 18, (batch: Buffer) => batch, { segmentBytes: 50 }],
    ["a record two hours ahead", 32, () => batchOf(["x"], { timestamp: NOW_MS + 7_200_000 }), {}],
    [
      "a record too far back",
      32,
      () => batchOf(["x"], { timestamp: NOW_MS - 5000 }),
      { messageTimestampBeforeMaxMs: 1000 },
    ],
    ["a control batch from a client", 87, () => batchOf(["x"], { isControl: true }), {}],
    ["a base offset from a client", 87, () => batchOf(["x"], { baseOffset: 7 }), {}],
    ["fewer records than offsets", 87, () => batchOf(["x"], { lastOffsetDelta: 4 }), {}],
  ])("refuses %s with error %i", (_, errorCode, change, config) => {
    const log = openLog({ config })
    const result = log.append(change(batchOf(["a", "b"])), { leaderEpoch: 0, origin: "client" })
    expect([result.errorCode, log.logEndOffset]).toEqual([errorCode, 0])
  })

  test("refuses a record without a key in a compacted topic and names it", () => {
    const log = openLog({ config: { isCompacting: true } })
    const records = [{ key: Buffer.from("k") }, { key: null }]
    const result = log.append(encodeBatch({ records }), { leaderEpoch: 0, origin: "client" })
    expect(result).toMatchObject({ errorCode: ErrorCode.InvalidRecord, recordErrors: [{ batchIndex: 1 }] })
  })

  test("stamps batches with its own time when the topic asks for it", () => {
    const log = openLog({ config: { messageTimestampType: "LogAppendTime" } })
    const result = log.append(batchOf(["a"], { timestamp: 5 }), { leaderEpoch: 0, origin: "client" })
    expect([result.appendTimeMs, log.offsetForTimestamp(NOW_MS), contents(log)]).toEqual([
      NOW_MS,
      { timestamp: NOW_MS, offset: 0, leaderEpoch: 0 },
      ["0:a"],
    ])
  })

  test("compresses batches anew when the topic has a codec of its own", () => {
    const log = openLog({ config: { compressionType: "gzip" } })
    const producer = { producerId: 4, producerEpoch: 1, baseSequence: 0 }
    const sent = batchOf(["a".repeat(500), "b"], { ...producer, codec: "snappy" })
    append(log, sent)
    append(log, batchOf(["c"], { ...producer, baseSequence: 2, codec: "gzip" }))
    const codecs = [...batchesOf(log.read(0, 10_000))].map((batch) => codecOf(batch))
    expect([codecs, contents(log).map((text) => text.slice(0, 3)), log.producers()[0]?.lastSequence]).toEqual([
      ["gzip", "gzip"],
      ["0:a", "1:b", "2:c"],
      2,
    ])
  })
})

describe("a reopened log", () => {
  test.each([true, false])("is the same after a stop (clean: %s)", (clean) => {
    const disk = new MemoryDisk()
    const clock = new HandClock()
    const config = { segmentBytes: 500, indexIntervalBytes: 100 }
    const log = openLog({ disk, clock, config })
    for (let index = 0; index < 40; index++)
      append(log, batchOf([`v${index}`], { timestamp: NOW_MS + index }), index >> 4)
    const before = [
      contents(log),
      log.segments().map(({ baseOffset }) => baseOffset),
      log.endOffsetForEpoch(1),
      log.maxTimestamp(),
    ]
    if (clean) log.close()
    disk.kill()
    const again = openLog({ disk, clock, config, options: { cleanShutdown: clean } })
    const after = [
      contents(again),
      again.segments().map(({ baseOffset }) => baseOffset),
      again.endOffsetForEpoch(1),
      again.maxTimestamp(),
    ]
    expect(after).toEqual(before)
    expect([again.offsetForTimestamp(NOW_MS + 17)?.offset, append(again, batchOf(["next"]))]).toEqual([17, 40])
  })

  test("knows the epochs of flushed segments after a power failure that undid every file not flushed", async () => {
    const disk = new MemoryDisk()
    const log = openLog({ disk })
    append(log, batchOf(["a"]), 3)
    log.roll()
    append(log, batchOf(["b"]), 4)
    await log.flush()
    const { recoveryPoint } = log
    disk.powerOff(() => 0)
    const again = openLog({ disk, options: { recoveryPoint } })
    expect([contents(again), again.epochForOffset(0), again.latestEpoch]).toEqual([["0:a", "1:b"], 3, 4])
  })

  test("of an earlier topic of that name is set aside even after a power failure", async () => {
    const disk = new MemoryDisk()
    const log = openLog({ disk })
    append(log, batchOf(["of the old topic"]))
    await log.flush()
    disk.powerOff(() => 0)
    expect(openLog({ disk, options: { topicId: "BBBBBBBBBBBBBBBBBBBBBB" } }).logEndOffset).toBe(0)
  })

  test("ends before a torn batch and goes on there", () => {
    const disk = new MemoryDisk()
    const log = openLog({ disk })
    append(log, batchOf(["a"]))
    append(log, batchOf(["b"]))
    disk.kill()
    const file = disk.openFile(`${FOLDER}/00000000000000000000.log`)
    if (file.ok) file.value.truncate(file.value.size - 3)
    const again = openLog({ disk })
    expect([contents(again), again.truncatedAtOpenBytes > 0, append(again, batchOf(["c"])), contents(again)]).toEqual([
      ["0:a"],
      true,
      1,
      ["0:a", "1:c"],
    ])
  })
})

describe("truncation", () => {
  test("at the end forgets an epoch that has no record: a leader deposed before its first append left it", () => {
    const log = openLog()
    append(log, batchOf(["a"]), 0)
    log.beginEpoch(1)
    const before = log.latestEpoch
    expect([before, log.truncateTo(1), log.latestEpoch, contents(log)]).toEqual([1, false, 0, ["0:a"]])
  })

  test("removes a divergent end, its epochs and its producers", () => {
    const log = openLog({ config: { segmentBytes: 300 } })
    for (let index = 0; index < 10; index++) {
      append(log, batchOf([`v${index}`], { producerId: 9, producerEpoch: 0, baseSequence: index }), index < 5 ? 1 : 2)
    }
    log.truncateTo(5)
    expect([contents(log), log.latestEpoch, log.producers()[0]?.lastSequence, append(log, batchOf(["w"]), 3)]).toEqual([
      ["0:v0", "1:v1", "2:v2", "3:v3", "4:v4"],
      1,
      4,
      5,
    ])
    expect(log.endOffsetForEpoch(1)).toEqual({ epoch: 1, endOffset: 5 })
  })
})
