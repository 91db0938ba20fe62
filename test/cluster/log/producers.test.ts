import { describe, expect, test } from "vitest"
import type { PartitionLog } from "../../../src/cluster/log/partitionLog"
import type { Verification } from "../../../src/cluster/log/verification"
import { MemoryDisk } from "../../../src/cluster/sim/memoryDisk"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { encodeBatch } from "../../../src/protocol/recordBatch"
import { append, batchOf, contents, HandClock, NOW_MS, openLog } from "./logFixture"

interface Attempt {
  readonly sequence: number
  readonly epoch?: number
  readonly producerId?: number
  readonly records?: number
  readonly isTransactional?: boolean
  readonly verification?: Verification | undefined
}

function produce(
  log: PartitionLog,
  attempt: Attempt,
): readonly [errorCode: number, baseOffset: number, duplicate: boolean] {
  const { sequence, epoch = 0, producerId = 7, records = 1, isTransactional = false, verification } = attempt
  const values = Array.from({ length: records }, (_, index) => `s${sequence + index}`)
  const batch = batchOf(values, { producerId, producerEpoch: epoch, baseSequence: sequence, isTransactional })
  const result = log.append(batch, { leaderEpoch: 0, origin: "client", verification })
  return [result.errorCode, result.baseOffset, result.duplicate ?? false]
}

function endTransaction(
  log: PartitionLog,
  type: "abort" | "commit",
  epoch = 0,
  coordinatorEpoch = 0,
  producerId = 7,
): number {
  const key = Buffer.from([0, 0, 0, type === "commit" ? 1 : 0])
  const value = Buffer.alloc(6)
  value.writeInt32BE(coordinatorEpoch, 2)
  const batch = encodeBatch({
    records: [{ key, value, timestamp: NOW_MS }],
    isControl: true,
    isTransactional: true,
    producerId,
    producerEpoch: epoch,
  })
  return log.append(batch, { leaderEpoch: 0, origin: "coordinator" }).errorCode
}

/** What its leader asks the coordinator about. */
const asked = { producerId: 7, producerEpoch: 0, baseSequence: 0, hasEpochPerTransaction: false }

describe("an idempotent producer", () => {
  test("is answered with the first offset for each of its last five batches, and refused for older ones", () => {
    const log = openLog()
    for (let sequence = 0; sequence < 7; sequence++) produce(log, { sequence })
    const again = [6, 5, 4, 3, 2, 1].map((sequence) => produce(log, { sequence }))
    expect(again).toEqual([
      [0, 6, true],
      [0, 5, true],
      [0, 4, true],
      [0, 3, true],
      [0, 2, true],
      [ErrorCode.OutOfOrderSequenceNumber, -1, false],
    ])
    expect(log.logEndOffset).toBe(7)
  })

  test("may not leave a gap, and begins a new epoch at 0", () => {
    const log = openLog()
    const answers = [
      produce(log, { sequence: 0, records: 3 }),
      produce(log, { sequence: 4 }),
      produce(log, { sequence: 3 }),
      produce(log, { sequence: 1, epoch: 1 }),
      produce(log, { sequence: 0, epoch: 1 }),
      produce(log, { sequence: 4, epoch: 0 }),
    ]
    expect(answers.map(([errorCode, offset]) => [errorCode, offset])).toEqual([
      [0, 0],
      [45, -1],
      [0, 3],
      [45, -1],
      [0, 4],
      [47, -1],
    ])
  })

  test("goes on with any sequence when the log knows nothing of it", () => {
    expect(produce(openLog(), { sequence: 12 })).toEqual([0, 0, false])
  })

  test("wraps its sequence after 2^31-1", () => {
    const log = openLog()
    const last = 0x7fffffff
    expect([
      produce(log, { sequence: last - 1, records: 2 }),
      produce(log, { sequence: 0 }),
      produce(log, { sequence: last - 1, records: 2 }),
    ]).toEqual([
      [0, 0, false],
      [0, 2, false],
      [0, 0, true],
    ])
  })

  test.each(["clean", "unclean", "from a snapshot"])("is known after a restart (%s)", async (how) => {
    const disk = new MemoryDisk()
    const log = openLog({ disk })
    for (let sequence = 0; sequence < 4; sequence++) produce(log, { sequence })
    if (how === "from a snapshot") log.roll()
    if (how === "clean") log.close()
    await log.flush()
    const { recoveryPoint } = log
    disk.kill()
    const again = openLog({ disk, options: { cleanShutdown: how === "clean", recoveryPoint } })
    expect([
      produce(again, { sequence: 3 }),
      produce(again, { sequence: 1 }),
      produce(again, { sequence: 5 })[0],
      produce(again, { sequence: 4 }),
    ]).toEqual([[0, 3, true], [0, 1, true], 45, [0, 4, false]])
  })

  test("is forgotten after producer.id.expiration.ms, unless its transaction is open", () => {
    const clock = new HandClock()
    const log = openLog({ clock, config: { producerIdExpirationMs: 1000 } })
    produce(log, { sequence: 0, producerId: 1 })
    produce(log, { sequence: 0, producerId: 2, isTransactional: true })
    clock.nowMs += 1000
    log.expireProducers()
    expect(log.producers().map(({ producerId }) => producerId)).toEqual([2])
  })
})

describe("a transaction", () => {
  test("holds the last stable offset back until its marker is below the high watermark", () => {
    const log = openLog()
    append(log, batchOf(["plain"]))
    produce(log, { sequence: 0, isTransactional: true })
    produce(log, { sequence: 1, isTransactional: true })
    const open = log.firstUnstableOffset(3)
    endTransaction(log, "commit")
    expect([open, log.firstUnstableOffset(3), log.firstUnstableOffset(4), log.abortedTransactions(0, 4)]).toEqual([
      1,
      1,
      undefined,
      [],
    ])
  })

  test("that was aborted is listed for the readers of its offsets, also after an unclean restart", () => {
    const disk = new MemoryDisk()
    const config = { segmentBytes: 200 }
    const log = openLog({ disk, config })
    produce(log, { sequence: 0, isTransactional: true, producerId: 1 })
    produce(log, { sequence: 0, isTransactional: true, producerId: 2 })
    endTransaction(log, "abort", 0, 0, 1)
    produce(log, { sequence: 1, isTransactional: true, producerId: 2 })
    endTransaction(log, "abort", 0, 0, 2)
    append(log, batchOf(["after"]))
    const listed = (of: PartitionLog): unknown => [
      of.abortedTransactions(0, 6),
      of.abortedTransactions(3, 6),
      of.abortedTransactions(5, 6),
      of.abortedTransactions(0, 1),
    ]
    const first = { producerId: 1, firstOffset: 0 }
    const second = { producerId: 2, firstOffset: 1 }
    expect(listed(log)).toEqual([[first, second], [second], [], [first]])
    disk.kill()
    const again = openLog({ disk, config })
    expect([listed(again), again.firstUnstableOffset(6)]).toEqual([[[first, second], [second], [], [first]], undefined])
  })

  test("fences a marker of an old epoch and of a zombie coordinator, and plain writes amid it", () => {
    const log = openLog()
    const isOngoing = () => log.beginVerification({ ...asked, producerEpoch: 3, baseSequence: 1 }) === undefined
    produce(log, { sequence: 0, epoch: 3, isTransactional: true })
    expect([
      endTransaction(log, "abort", 2),
      produce(log, { sequence: 1, epoch: 3 })[0],
      isOngoing(),
      endTransaction(log, "commit", 3, 5),
      isOngoing(),
      produce(log, { sequence: 1, epoch: 3, isTransactional: true })[0],
      endTransaction(log, "commit", 3, 4),
    ]).toEqual([47, 48, true, 0, false, 0, 52])
  })

  test("begins only while the coordinator's word holds: a marker in between makes it void", () => {
    const log = openLog()
    const ask = (baseSequence: number) => log.beginVerification({ ...asked, baseSequence })
    const first = ask(0)
    const abortedMeanwhile = endTransaction(log, "abort")
    const late = produce(log, { sequence: 0, isTransactional: true, verification: first })[0]
    const second = ask(0)
    const third = ask(1)
    const overtaking = produce(log, { sequence: 1, isTransactional: true, verification: third })[0]
    const inOrder = produce(log, { sequence: 0, isTransactional: true, verification: second })[0]
    const next = produce(log, { sequence: 1, isTransactional: true, verification: third })[0]
    expect({ abortedMeanwhile, late, overtaking, inOrder, next, isOngoing: ask(2) === undefined }).toEqual({
      abortedMeanwhile: 0,
      late: ErrorCode.InvalidTxnState,
      overtaking: ErrorCode.OutOfOrderSequenceNumber,
      inOrder: 0,
      next: 0,
      isOngoing: true,
    })
  })

  test("begins with sequence 0 where every transaction has an epoch of its own and nothing is known", () => {
    const log = openLog()
    const verification = log.beginVerification({ ...asked, baseSequence: 4, hasEpochPerTransaction: true })
    expect([
      produce(log, { sequence: 4, isTransactional: true, verification })[0],
      produce(log, { sequence: 0, isTransactional: true, verification })[0],
      produce(log, { sequence: 1, isTransactional: true, verification })[0],
    ]).toEqual([ErrorCode.OutOfOrderSequenceNumber, 0, 0])
  })

  test("is open again when its marker is truncated", () => {
    const log = openLog()
    produce(log, { sequence: 0, isTransactional: true })
    endTransaction(log, "abort")
    log.truncateTo(1)
    expect([contents(log), log.firstUnstableOffset(1), log.abortedTransactions(0, 5)]).toEqual([["0:s0"], 0, []])
  })
})

test("what was aborted stays aborted when an index of a flushed segment is damaged and the power then fails", async () => {
  const disk = new MemoryDisk()
  const log = openLog({ disk })
  produce(log, { sequence: 0, isTransactional: true })
  endTransaction(log, "abort")
  log.roll()
  await log.flush()
  append(log, batchOf(["later"]))
  const recovery = { disk, options: { recoveryPoint: log.recoveryPoint } }
  disk.kill()
  const path = `${log.folder}/00000000000000000000.timeindex`
  disk.writeFile(path, Buffer.alloc(13), { durable: true })
  openLog(recovery)
  disk.powerOff(() => 0.6)
  expect(openLog(recovery).abortedTransactions(0, 3)).toEqual([{ producerId: 7, firstOffset: 0 }])
})
