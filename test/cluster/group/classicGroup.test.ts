import { describe, expect, test } from "vitest"
import { joinFailure } from "../../../src/cluster/state/group/classic/classicGroup"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { ClassicClient, subscription } from "./classicClient"
import { CoordinatorRig, settle } from "./coordinatorRig"

const noDelay = { initialRebalanceDelayMs: 0 }

/** One member, joined and synced. */
async function stableGroup(rig: CoordinatorRig): Promise<ClassicClient> {
  const client = new ClassicClient(rig, "a")
  client.join()
  await rig.clock.advance(rig.config.initialRebalanceDelayMs)
  client.sync({ [client.memberId]: "all" })
  await settle()
  expect(client.group.state).toBe("Stable")
  return client
}

/** Two members in a stable group, `a` leading. */
async function stablePair(rig: CoordinatorRig): Promise<[ClassicClient, ClassicClient]> {
  const [a, b] = [new ClassicClient(rig, "a"), new ClassicClient(rig, "b")]
  a.join()
  b.join()
  await rig.clock.advance(rig.config.initialRebalanceDelayMs)
  b.sync()
  a.sync({ [a.memberId]: "0", [b.memberId]: "1" })
  await settle()
  expect(a.group.state).toBe("Stable")
  return [a, b]
}

describe("joining a classic group", () => {
  test("the first member waits for the initial rebalance delay, and others who come join the same generation", async () => {
    const rig = new CoordinatorRig()
    const [a, b] = [new ClassicClient(rig, "a"), new ClassicClient(rig, "b")]
    const first = a.join()
    await rig.clock.advance(2_999)
    expect(first.answer).toBeUndefined()
    const second = b.join()
    await rig.clock.advance(2_999)
    expect(first.answer).toBeUndefined()
    await rig.clock.advance(2)
    const metadata = subscription("orders")
    expect([first.answer, second.answer]).toEqual([
      {
        errorCode: 0,
        generationId: 1,
        protocolType: "consumer",
        protocolName: "range",
        leader: "a-1",
        skipAssignment: false,
        memberId: "a-1",
        members: [
          { memberId: "a-1", groupInstanceId: null, metadata },
          { memberId: "b-2", groupInstanceId: null, metadata },
        ],
      },
      {
        errorCode: 0,
        generationId: 1,
        protocolType: "consumer",
        protocolName: "range",
        leader: "a-1",
        skipAssignment: false,
        memberId: "b-2",
        members: [],
      },
    ])
  })

  test("the initial delay ends with the rebalance timeout, however many come", async () => {
    const rig = new CoordinatorRig()
    const first = new ClassicClient(rig, "a", { rebalanceTimeoutMs: 7_000 }).join()
    for (let second = 0; second < 7; second++) {
      expect(first.answer).toBeUndefined()
      await rig.clock.advance(1_000)
      new ClassicClient(rig, `b${second}`, { rebalanceTimeoutMs: 7_000 }).join()
    }
    expect(first.answer?.members.length).toBe(7)
  })

  test("from v4 a new member is given its id first, which it has to use within its session timeout", async () => {
    const rig = new CoordinatorRig(noDelay)
    const client = new ClassicClient(rig, "a")
    expect(client.join({}, 4).answer).toEqual(joinFailure(ErrorCode.MemberIdRequired, "a-1"))
    const joined = client.join({ memberId: "a-1" }, 4)
    await rig.clock.advance(0)
    expect(joined.answer?.errorCode).toBe(0)

    expect(client.join({ memberId: "" }, 4).answer?.memberId).toBe("a-2")
    await rig.clock.advance(10_000)
    expect(client.join({ memberId: "a-2" }, 4).answer?.errorCode).toBe(ErrorCode.UnknownMemberId)
  })

  test("a member whose strategies or protocol type do not fit the others' is refused", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    const b = new ClassicClient(rig, "b")
    const metadata = Buffer.alloc(0)
    const refusals = [
      b.join({ protocols: [{ name: "sticky", metadata }] }),
      b.join({ protocolType: "connect" }),
      b.join({ memberId: "stranger" }),
    ]
    expect(refusals.map(({ answer }) => answer?.errorCode)).toEqual([
      ErrorCode.InconsistentGroupProtocol,
      ErrorCode.InconsistentGroupProtocol,
      ErrorCode.UnknownMemberId,
    ])
    expect(a.group.members.size).toBe(1)
  })

  test("the strategy with the most votes wins among those that all members know", async () => {
    const rig = new CoordinatorRig()
    const metadata = Buffer.alloc(0)
    const protocols = (...names: string[]) => ({ protocols: names.map((name) => ({ name, metadata })) })
    const joins = [
      new ClassicClient(rig, "a", protocols("sticky", "range", "own")).join(),
      new ClassicClient(rig, "b", protocols("range", "sticky")).join(),
      new ClassicClient(rig, "c", protocols("range", "sticky")).join(),
    ]
    await rig.clock.advance(6_000)
    expect(joins.map(({ answer }) => answer?.protocolName)).toEqual(["range", "range", "range"])
  })

  test("a full group refuses one more, but not who is in already", async () => {
    const rig = new CoordinatorRig({ ...noDelay, maxSize: 1 })
    const a = await stableGroup(rig)
    expect(new ClassicClient(rig, "b").join().answer?.errorCode).toBe(ErrorCode.GroupMaxSizeReached)
    expect(a.join().answer?.generationId).toBe(2)
  })

  test("an empty group gives out ids without end, but takes no more members than it may", async () => {
    const rig = new CoordinatorRig({ maxSize: 1 })
    const [a, b] = [new ClassicClient(rig, "a"), new ClassicClient(rig, "b")]
    const ids = [a, b].map((client) => client.join({}, 4).answer?.memberId ?? "")
    const joined = a.join({ memberId: ids[0] ?? "" }, 4)
    const refused = b.join({ memberId: ids[1] ?? "" }, 4)
    await rig.clock.advance(10_000)
    expect({
      joined: joined.answer?.errorCode,
      refused: [refused.answer?.errorCode, refused.answer?.memberId],
      members: [...a.group.members.keys()],
    }).toEqual({
      joined: ErrorCode.None,
      refused: [ErrorCode.GroupMaxSizeReached, ""],
      members: [ids[0]],
    })
  })
})

describe("rebalancing", () => {
  test("a second member interrupts the first, which hears of it by heartbeat, and both get the next generation", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    expect(a.heartbeat()).toBe(ErrorCode.None)
    const b = new ClassicClient(rig, "b")
    const joinB = b.join()
    expect([a.heartbeat(), joinB.answer]).toEqual([ErrorCode.RebalanceInProgress, undefined])
    const joinA = a.join()
    expect([joinA.answer?.generationId, joinB.answer?.generationId, joinA.answer?.members.length]).toEqual([2, 2, 2])

    const syncB = b.sync()
    expect(syncB.answer).toBeUndefined()
    const syncA = a.sync({ [a.memberId]: "0", [b.memberId]: "1" })
    await settle()
    expect([syncA.answer?.assignment.toString(), syncB.answer?.assignment.toString()]).toEqual(["0", "1"])
    expect([a.heartbeat(), b.heartbeat(), a.group.state]).toEqual([0, 0, "Stable"])
  })

  test("who does not rejoin within the rebalance timeout is left behind", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    const b = new ClassicClient(rig, "b", { rebalanceTimeoutMs: 20_000 })
    const joinB = b.join()
    for (let second = 0; second < 60; second += 5) {
      a.heartbeat()
      await rig.clock.advance(5_000)
    }
    expect(joinB.answer).toMatchObject({ errorCode: 0, generationId: 2, leader: b.memberId })
    expect(a.heartbeat()).toBe(ErrorCode.UnknownMemberId)
  })

  test("who joins and never syncs is left behind after the rebalance timeout", async () => {
    const rig = new CoordinatorRig(noDelay)
    const [a, b] = [new ClassicClient(rig, "a"), new ClassicClient(rig, "b")]
    const joins = [a.join(), b.join()]
    await rig.clock.advance(0)
    expect(joins.map(({ answer }) => answer?.generationId)).toEqual([1, 1])
    const sync = a.sync({ [a.memberId]: "0" })
    await settle()
    expect(sync.answer?.errorCode).toBe(0)
    for (let second = 0; second < 60; second += 5) {
      expect(a.heartbeat()).toBe(0)
      b.heartbeat()
      await rig.clock.advance(5_000)
    }
    expect([a.heartbeat(), b.heartbeat()]).toEqual([ErrorCode.RebalanceInProgress, ErrorCode.UnknownMemberId])
  })

  test("a join during the sync phase sends waiting syncs back", async () => {
    const rig = new CoordinatorRig(noDelay)
    const [a, b] = [new ClassicClient(rig, "a"), new ClassicClient(rig, "b")]
    a.join()
    b.join()
    await rig.clock.advance(0)
    const sync = b.sync()
    new ClassicClient(rig, "c").join()
    expect(sync.answer?.errorCode).toBe(ErrorCode.RebalanceInProgress)
    expect(a.sync().answer?.errorCode).toBe(ErrorCode.RebalanceInProgress)
  })

  test("a leader that rejoins starts a rebalance, a follower that says nothing new does not", async () => {
    const rig = new CoordinatorRig(noDelay)
    const [a, b] = await stablePair(rig)
    expect(b.join().answer).toMatchObject({ generationId: 1, members: [] })
    expect(a.join().answer).toBeUndefined()
    expect(a.group.state).toBe("PreparingRebalance")
  })

  test("a member that falls silent loses its place after its session timeout", async () => {
    const rig = new CoordinatorRig(noDelay)
    const [a, b] = await stablePair(rig)
    await rig.clock.advance(6_000)
    a.heartbeat()
    await rig.clock.advance(4_000)
    expect([a.heartbeat(), b.heartbeat()]).toEqual([ErrorCode.RebalanceInProgress, ErrorCode.UnknownMemberId])
    expect(a.join().answer?.generationId).toBe(2)
  })

  test("leaving starts the rebalance at once, and the last to leave empties the group", async () => {
    const rig = new CoordinatorRig(noDelay)
    const [a, b] = await stablePair(rig)
    expect([b.leave(), b.leave(), a.heartbeat()]).toEqual([0, ErrorCode.UnknownMemberId, ErrorCode.RebalanceInProgress])
    expect([a.leave(), a.group.state, a.group.generation, a.group.members.size]).toEqual([0, "Empty", 2, 0])
  })

  test("a sync is refused for an old generation, a stranger, and a strategy that was not chosen", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    const refusals = [
      a.sync({}, { generationId: 0 }),
      a.sync({}, { memberId: "stranger" }),
      a.sync({}, { protocolName: "sticky" } as object),
    ]
    expect(refusals.map(({ answer }) => answer?.errorCode)).toEqual([
      ErrorCode.IllegalGeneration,
      ErrorCode.UnknownMemberId,
      ErrorCode.InconsistentGroupProtocol,
    ])
    expect([a.heartbeat({ generationId: 0 }), a.heartbeat({ memberId: "stranger" })]).toEqual([
      ErrorCode.IllegalGeneration,
      ErrorCode.UnknownMemberId,
    ])
  })

  test("an assignment that cannot be written sends everybody back to join", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = new ClassicClient(rig, "a")
    a.join()
    await rig.clock.advance(0)
    rig.log.refusal = ErrorCode.NotEnoughReplicas
    const sync = a.sync({ [a.memberId]: "all" })
    await settle()
    expect([sync.answer?.errorCode, a.group.state]).toEqual([ErrorCode.CoordinatorNotAvailable, "PreparingRebalance"])
  })
})

describe("a new classic group", () => {
  const empty = {
    protocolType: "",
    generation: 0,
    protocol: null,
    leader: null,
    currentStateTimestamp: expect.any(Number),
    members: [],
  }

  test("is in the log before its first generation, and once", async () => {
    const rig = new CoordinatorRig()
    const a = new ClassicClient(rig, "a")
    a.join({}, 4)
    await settle()
    new ClassicClient(rig, "b").join()
    expect(rig.log.records().map(({ name, value }) => [name, value])).toEqual([["groupMetadata", empty]])
  })

  test("is not, where offsets alone have made it", async () => {
    const rig = new CoordinatorRig()
    const a = new ClassicClient(rig, "a")
    a.commit(7)
    await settle()
    a.join()
    await settle()
    expect(rig.log.records().map(({ name }) => name)).toEqual(["offsetCommit"])
  })

  test("does not exist when that could not be written", async () => {
    const rig = new CoordinatorRig()
    rig.log.refusal = ErrorCode.NotEnoughReplicas
    const join = new ClassicClient(rig, "a").join()
    await settle()
    expect([join.answer?.errorCode, rig.shard.groups.size]).toEqual([ErrorCode.CoordinatorNotAvailable, 0])
  })
})

describe("static members", () => {
  const identity = { groupInstanceId: "pod-1" }

  test("one that restarts takes its place again without a rebalance, and its old process is fenced", async () => {
    const rig = new CoordinatorRig(noDelay)
    const [a, b] = [new ClassicClient(rig, "a"), new ClassicClient(rig, "b", identity)]
    a.join()
    b.join()
    await rig.clock.advance(0)
    b.sync()
    a.sync({ [a.memberId]: "0", [b.memberId]: "1" })
    await settle()
    const oldId = b.memberId

    const restarted = new ClassicClient(rig, "b", identity)
    const join = restarted.join({}, 9)
    await settle()
    expect(join.answer).toMatchObject({ errorCode: 0, generationId: 1, leader: a.memberId, skipAssignment: false })
    expect([a.heartbeat(), restarted.heartbeat(), b.heartbeat({ memberId: oldId })]).toEqual([
      ErrorCode.None,
      ErrorCode.None,
      ErrorCode.FencedInstanceId,
    ])
    expect(restarted.sync().answer?.assignment.toString()).toBe("1")
  })

  test("a leader that restarts is told to keep the assignment (v9), or that another leads (before)", async () => {
    for (const version of [9, 8]) {
      const rig = new CoordinatorRig(noDelay)
      const a = new ClassicClient(rig, "a", identity)
      a.join()
      await rig.clock.advance(0)
      const oldId = a.memberId
      a.sync({ [oldId]: "all" })
      await settle()
      const join = new ClassicClient(rig, "a", identity).join({}, version)
      await settle()
      expect(join.answer).toMatchObject(
        version === 9
          ? { skipAssignment: true, leader: join.answer?.memberId, generationId: 1 }
          : { skipAssignment: false, leader: oldId, members: [] },
      )
    }
  })

  test("one that is away keeps its place through a rebalance until its session ends", async () => {
    const rig = new CoordinatorRig(noDelay)
    const [a, b] = [
      new ClassicClient(rig, "a"),
      new ClassicClient(rig, "b", { ...identity, sessionTimeoutMs: 120_000 }),
    ]
    a.join()
    b.join()
    await rig.clock.advance(0)
    b.sync()
    a.sync({ [a.memberId]: "0", [b.memberId]: "1" })
    await settle()
    const rejoin = a.join()
    await rig.clock.advance(60_000)
    expect(rejoin.answer?.members.map(({ memberId }) => memberId)).toEqual([a.memberId, b.memberId])
  })
})

describe("after a failover", () => {
  test("the new coordinator knows the group as it was, and members go on without a rebalance", async () => {
    const rig = new CoordinatorRig(noDelay)
    const [a, b] = await stablePair(rig)
    a.commit(7)
    await settle()
    const before = [a.group.toValue(), rig.shard.offsets]
    rig.failOver()
    expect([a.group.toValue(), rig.shard.offsets]).toEqual(before)
    expect([a.heartbeat(), b.heartbeat(), a.committed()]).toEqual([0, 0, 7])
    await rig.clock.advance(10_000)
    expect(a.heartbeat()).toBe(ErrorCode.UnknownMemberId)
  })

  test("who waits in a join when the coordinator resigns is told to look for the new one, which knows an empty group", async () => {
    const rig = new CoordinatorRig()
    const a = new ClassicClient(rig, "a")
    const join = a.join()
    rig.failOver()
    expect([join.answer?.errorCode, a.group.state, a.group.generation, a.group.members.size]).toEqual([
      ErrorCode.NotCoordinator,
      "Empty",
      0,
      0,
    ])
    expect(rig.clock.pendingTimers).toBe(1)
  })
})
