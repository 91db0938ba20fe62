import { describe, expect, test } from "vitest"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { settle } from "../group/coordinatorRig"
import { TransactionRig } from "./transactionRig"

const FIRST = 1_000

/** A producer with its id, and one partition in its open transaction. */
async function openTransaction(rig: TransactionRig): Promise<void> {
  rig.init()
  await settle()
  rig.add(FIRST, rig.transaction.producerEpoch, "orders", 0)
  await settle()
  expect(rig.transaction.status).toBe("Ongoing")
}

describe("a transactional producer", () => {
  test("gets its id with epoch 0, and each new process one epoch more", async () => {
    const rig = new TransactionRig()
    const answers = []
    for (let life = 0; life < 2; life++) {
      answers.push(rig.init())
      await settle()
    }
    expect(answers.map(({ answer }) => answer)).toEqual([
      { errorCode: 0, producerId: FIRST, producerEpoch: 0 },
      { errorCode: 0, producerId: FIRST, producerEpoch: 1 },
    ])
  })

  test("is refused a timeout that the broker does not admit", () => {
    const rig = new TransactionRig()
    const answers = [0, 900_001].map((transactionTimeoutMs) => rig.init({ transactionTimeoutMs }).answer?.errorCode)
    expect(answers).toEqual([ErrorCode.InvalidTransactionTimeout, ErrorCode.InvalidTransactionTimeout])
  })

  test("that says what it has gets the next epoch once, however often it asks", async () => {
    const rig = new TransactionRig()
    rig.init()
    await settle()
    const answers = []
    for (const producerEpoch of [0, 0, 1]) {
      answers.push(rig.init({ producerId: FIRST, producerEpoch }))
      await settle()
    }
    answers.push(rig.init({ producerId: FIRST, producerEpoch: 0 }), rig.init({ producerId: 7, producerEpoch: 0 }))
    expect(answers.map(({ answer }) => [answer?.errorCode, answer?.producerEpoch])).toEqual([
      [0, 1],
      [0, 1],
      [0, 2],
      [ErrorCode.ProducerFenced, -1],
      [ErrorCode.ProducerFenced, -1],
    ])
  })

  test("gets a new id when its epochs are used up", async () => {
    const rig = new TransactionRig()
    rig.init()
    await settle()
    const entry = rig.shard.entries.get("payments")
    if (!entry) throw new Error("no entry")
    entry.current = { ...entry.current, producerEpoch: 32_766 }
    const answer = rig.init()
    await settle()
    expect([answer.answer, rig.transaction.previousProducerId]).toEqual([
      { errorCode: 0, producerId: FIRST + 1, producerEpoch: 0 },
      FIRST,
    ])
  })
})

describe("a transaction", () => {
  test("commits: decided in the log, then a marker in every partition, then complete", async () => {
    const rig = new TransactionRig()
    await openTransaction(rig)
    rig.add(FIRST, 0, "orders", 0, 1)
    await settle()
    rig.leaders.isAway = true
    const ended = rig.end(FIRST, 0, true)
    await settle()
    expect([ended.answer, rig.transaction.status]).toEqual([
      { errorCode: 0, producerId: FIRST, producerEpoch: 0 },
      "PrepareCommit",
    ])
    const early = [rig.init(), rig.add(FIRST, 0, "orders", 5), rig.end(FIRST, 0, true), rig.end(FIRST, 0, false)]
    expect(early.map(({ answer }) => (typeof answer === "number" ? answer : answer?.errorCode))).toEqual([
      ErrorCode.ConcurrentTransactions,
      ErrorCode.ConcurrentTransactions,
      ErrorCode.ConcurrentTransactions,
      ErrorCode.ConcurrentTransactions,
    ])
    rig.leaders.isAway = false
    await rig.clock.advance(100)
    const { marked } = rig.shard.entries.get("payments") ?? {}
    expect([rig.leaders.markers, rig.transaction.status, rig.transaction.partitions.size, marked]).toEqual([
      [
        {
          marker: { producerId: FIRST, producerEpoch: 0, committed: true, coordinatorEpoch: 0 },
          partitions: new Map([["orders", [0, 1]]]),
        },
      ],
      "CompleteCommit",
      0,
      new Map([["orders", [0, 1]]]),
    ])
    expect([rig.end(FIRST, 0, true).answer?.errorCode, rig.end(FIRST, 0, false).answer?.errorCode]).toEqual([
      ErrorCode.None,
      ErrorCode.InvalidTxnState,
    ])
  })

  test("is refused to strangers, to the fenced, and to who never began one", async () => {
    const rig = new TransactionRig()
    expect(rig.add(FIRST, 0, "orders", 0).answer).toBe(ErrorCode.InvalidProducerIdMapping)
    rig.init()
    await settle()
    expect(rig.end(FIRST, 0, true).answer?.errorCode).toBe(ErrorCode.InvalidTxnState)
    await openTransaction(rig)
    const refusals = [rig.add(5, 1, "orders", 0), rig.add(FIRST, 0, "orders", 0)].map(({ answer }) => answer)
    const ends = [rig.end(5, 1, true), rig.end(FIRST, 0, true)].map(({ answer }) => answer?.errorCode)
    expect([refusals, ends]).toEqual([
      [ErrorCode.InvalidProducerIdMapping, ErrorCode.ProducerFenced],
      [ErrorCode.InvalidProducerIdMapping, ErrorCode.ProducerFenced],
    ])
  })

  test("is aborted when another process takes its id, and the first is fenced", async () => {
    const rig = new TransactionRig()
    await openTransaction(rig)
    const second = rig.init()
    await settle()
    expect(second.answer?.errorCode).toBe(ErrorCode.ConcurrentTransactions)
    expect(rig.leaders.markers.map(({ marker }) => [marker.committed, marker.producerEpoch])).toEqual([[false, 1]])
    const again = rig.init()
    await settle()
    expect([again.answer?.producerEpoch, rig.end(FIRST, 0, true).answer?.errorCode]).toEqual([
      2,
      ErrorCode.ProducerFenced,
    ])
  })

  test("that stays open for longer than its timeout is aborted, and its producer fenced", async () => {
    const rig = new TransactionRig()
    await openTransaction(rig)
    await rig.clock.advance(60_000)
    expect(rig.transaction.status).toBe("Ongoing")
    await rig.clock.advance(10_000)
    expect([rig.transaction.status, rig.transaction.producerEpoch, rig.end(FIRST, 0, true).answer?.errorCode]).toEqual([
      "CompleteAbort",
      1,
      ErrorCode.ProducerFenced,
    ])
  })

  test("has an epoch of its own for clients of version 2, and a lost answer is told again", async () => {
    const rig = new TransactionRig()
    await openTransaction(rig)
    const first = rig.end(FIRST, 0, true, 2)
    await settle()
    const retry = rig.end(FIRST, 0, true, 2)
    expect([first.answer, retry.answer, rig.leaders.markers[0]?.marker.producerEpoch]).toEqual([
      { errorCode: 0, producerId: FIRST, producerEpoch: 1 },
      { errorCode: 0, producerId: FIRST, producerEpoch: 1 },
      1,
    ])
    expect(rig.add(FIRST, 0, "orders", 0).answer).toBe(ErrorCode.ProducerFenced)
    const abort = rig.end(FIRST, 1, false, 2)
    await settle()
    expect([abort.answer?.producerEpoch, rig.transaction.status]).toEqual([2, "CompleteAbort"])
  })

  test("of version 2 goes on with a new producer id when the epochs are used up", async () => {
    const rig = new TransactionRig()
    await openTransaction(rig)
    const entry = rig.shard.entries.get("payments")
    if (!entry) throw new Error("no entry")
    entry.current = { ...entry.current, producerEpoch: 32_766 }
    const ended = rig.end(FIRST, 32_766, true, 2)
    await settle()
    const retry = rig.end(FIRST, 32_766, true, 2)
    expect([ended.answer, retry.answer, rig.leaders.markers[0]?.marker.producerEpoch]).toEqual([
      { errorCode: 0, producerId: FIRST + 1, producerEpoch: 0 },
      { errorCode: 0, producerId: FIRST + 1, producerEpoch: 0 },
      32_767,
    ])
  })

  test("is completed when its end is committed later than its client cared to wait", async () => {
    const rig = new TransactionRig()
    const producer = rig.init()
    await settle()
    const { producerId = -1, producerEpoch = -1 } = producer.answer ?? {}
    rig.add(producerId, producerEpoch, "orders", 0)
    await settle()
    rig.log.held = true
    const end = rig.end(producerId, producerEpoch, true)
    await rig.clock.advance(rig.config.writeTimeoutMs)
    expect(end.answer?.errorCode).toBe(ErrorCode.CoordinatorNotAvailable)
    rig.log.release()
    await rig.clock.advance(1)
    expect([rig.transaction.status, rig.leaders.markers.length]).toEqual(["CompleteCommit", 1])
  })

  test("answers that the coordinator is not available when its log refuses, and stays as it was", async () => {
    const rig = new TransactionRig()
    await openTransaction(rig)
    rig.log.refusal = ErrorCode.NotEnoughReplicas
    const ended = rig.end(FIRST, 0, true)
    await settle()
    rig.log.refusal = ErrorCode.None
    expect([ended.answer?.errorCode, rig.transaction.status]).toEqual([ErrorCode.CoordinatorNotAvailable, "Ongoing"])
    rig.end(FIRST, 0, true)
    await settle()
    expect(rig.transaction.status).toBe("CompleteCommit")
  })
})

describe("after a failover", () => {
  test("the new coordinator has everything but what only a retry needs", async () => {
    const rig = new TransactionRig()
    await openTransaction(rig)
    const before = rig.transaction
    rig.failOver()
    expect(rig.transaction).toEqual(before)
  })

  test("what was decided is completed, with the new coordinator's epoch", async () => {
    const rig = new TransactionRig()
    await openTransaction(rig)
    rig.leaders.isAway = true
    rig.end(FIRST, 0, true)
    await settle()
    rig.leaders.isAway = false
    rig.failOver()
    await settle()
    expect([rig.leaders.markers.map(({ marker }) => marker), rig.transaction.status]).toEqual([
      [{ producerId: FIRST, producerEpoch: 0, committed: true, coordinatorEpoch: 1 }],
      "CompleteCommit",
    ])
  })

  test("an id that nobody used for a week is forgotten, for good", async () => {
    const rig = new TransactionRig()
    rig.init()
    await settle()
    await rig.clock.advance(7 * 24 * 3_600_000 + 3_600_000)
    expect(rig.shard.entries.size).toBe(0)
    rig.failOver()
    expect(rig.shard.entries.size).toBe(0)
  })
})
