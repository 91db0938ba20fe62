import { describe, expect, test } from "vitest"
import { coordinatorPartition } from "../../../src/cluster/state/coordinatorTopic"
import { commitOffsets, writeOffsets } from "../../../src/cluster/state/group/commitOffsets"
import { deleteGroup, deleteOffsets } from "../../../src/cluster/state/group/manageGroups"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import { ClassicClient, GROUP } from "./classicClient"
import { CoordinatorRig, park, settle } from "./coordinatorRig"

const noDelay = { initialRebalanceDelayMs: 0 }
const DAY_MS = 24 * 60 * 60 * 1000

async function stableGroup(rig: CoordinatorRig): Promise<ClassicClient> {
  const client = new ClassicClient(rig, "a")
  client.join()
  await rig.clock.advance(0)
  client.sync({ [client.memberId]: "all" })
  await settle()
  return client
}

describe("committing offsets", () => {
  test("is bound to the member and its generation", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    const answers = [
      a.commit(1),
      a.commit(2, { generation: 0 }),
      a.commit(3, { memberId: "stranger" }),
      a.commit(4, { generation: -1, memberId: "" }),
      a.commit(5, { metadata: "x".repeat(4_097) }),
    ]
    a.join()
    answers.push(a.commit(6, { generation: 1 }))
    await settle()
    expect([...answers.map(({ answer }) => answer), a.committed()]).toEqual([
      ErrorCode.None,
      ErrorCode.IllegalGeneration,
      ErrorCode.UnknownMemberId,
      ErrorCode.UnknownMemberId,
      ErrorCode.OffsetMetadataTooLarge,
      // The leader's rejoin completed the join phase alone: nobody owns anything until the sync.
      ErrorCode.IllegalGeneration,
      1,
    ])
    const early = a.commit(7)
    expect(early.answer).toBe(ErrorCode.RebalanceInProgress)
  })

  test("needs no membership while the group is empty, and makes a group of its own", async () => {
    const rig = new CoordinatorRig(noDelay)
    const simple = new ClassicClient(rig, "simple")
    const commit = simple.commit(9)
    await settle()
    expect([commit.answer, simple.committed(), simple.group.state]).toEqual([0, 9, "Empty"])
    rig.failOver()
    expect([simple.committed(), simple.group.state]).toEqual([9, "Empty"])
  })

  test("are waited for as stable no longer than a write, nor of a coordinator that has resigned", async () => {
    const rig = new CoordinatorRig(noDelay)
    const simple = new ClassicClient(rig, "simple")
    const outcomes: Record<string, ErrorCode> = {}
    const ask = (label: string) => void rig.shard.settled().then((errorCode) => (outcomes[label] = errorCode))
    ask("nothing on its way")
    rig.log.held = true
    simple.commit(9)
    ask("a leader that is cut off")
    await rig.clock.advance(rig.config.writeTimeoutMs)
    ask("it resigns")
    await settle()
    const waiting = Object.keys(outcomes)
    const deposed = rig.shard
    rig.log.release()
    deposed.close()
    ask("after that")
    await settle()
    rig.failOver()
    rig.log.held = true
    simple.commit(10)
    ask("a slow write")
    rig.log.release()
    await settle()
    expect({ waiting, outcomes }).toEqual({
      waiting: ["nothing on its way", "a leader that is cut off"],
      outcomes: {
        "nothing on its way": ErrorCode.None,
        "a leader that is cut off": ErrorCode.NotCoordinator,
        "it resigns": ErrorCode.NotCoordinator,
        "after that": ErrorCode.NotCoordinator,
        "a slow write": ErrorCode.None,
      },
    })
  })

  test("shows an offset only when it is replicated, and answers only then", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    rig.log.held = true
    const commit = a.commit(5)
    await rig.clock.advance(4_999)
    expect([commit.answer, a.committed()]).toEqual([undefined, -1])
    rig.log.release()
    await settle()
    expect([commit.answer, a.committed()]).toEqual([0, 5])
  })

  test("shows what an older coordinator wrote only when the new one has it replicated", async () => {
    const rig = new CoordinatorRig(noDelay)
    rig.log.held = true
    new ClassicClient(rig, "simple").commit(5)
    rig.failOver()
    await rig.clock.advance(2_000)
    const before = rig.shard.state
    rig.log.release()
    await rig.clock.advance(500)
    expect([before, rig.shard.state, new ClassicClient(rig, "simple").committed()]).toEqual(["loading", "active", 5])
  })

  test("of a deleted topic are forgotten", async () => {
    const rig = new CoordinatorRig(noDelay)
    const simple = new ClassicClient(rig, "simple")
    simple.commit(5)
    await settle()
    rig.shard.deleteTopics(new Set(["orders"]))
    await settle()
    rig.failOver()
    expect(simple.committed()).toBe(-1)
  })

  test("tells that the coordinator is not available when replication takes too long; the write stays", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = new ClassicClient(rig, "simple")
    rig.log.held = true
    const commit = a.commit(5)
    await rig.clock.advance(5_000)
    expect([commit.answer, a.committed()]).toEqual([ErrorCode.CoordinatorNotAvailable, -1])
    rig.log.release()
    await settle()
    expect(a.committed()).toBe(5)
  })

  test("of a transaction is seen when its commit marker is there, and never when it aborts", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = new ClassicClient(rig, "simple")
    const producer = { producerId: 7, producerEpoch: 0 }
    const commitIn = (offset: number) => {
      const partitions = [
        {
          partitionIndex: 0,
          committedOffset: offset,
          committedLeaderEpoch: -1,
          commitTimestamp: -1,
          committedMetadata: "",
        },
      ]
      const topics = [{ name: "orders", topicId: "AAAAAAAAAAAAAAAAAAAAAA", partitions }]
      return {
        groupId: GROUP,
        generationIdOrMemberEpoch: -1,
        memberId: "",
        groupInstanceId: null,
        retentionTimeMs: -1,
        topics,
      }
    }
    park((reply) => writeOffsets(rig.shard, commitIn(10), producer, reply))
    await settle()
    expect([a.committed(), rig.shard.offsets.get(GROUP)?.hasPending("orders", 0)]).toEqual([-1, true])
    rig.shard.completeTransaction(7, false)
    park((reply) => writeOffsets(rig.shard, commitIn(20), producer, reply))
    await settle()
    rig.shard.completeTransaction(7, true)
    expect([a.committed(), rig.shard.offsets.get(GROUP)?.hasPending("orders", 0)]).toEqual([20, false])
  })

  test("with a retention of its own expires by it", async () => {
    const rig = new CoordinatorRig(noDelay)
    const partitions = [
      { partitionIndex: 0, committedOffset: 3, committedLeaderEpoch: -1, commitTimestamp: -1, committedMetadata: null },
    ]
    const topics = [{ name: "orders", topicId: "AAAAAAAAAAAAAAAAAAAAAA", partitions }]
    park((reply) => {
      const whole = { groupId: GROUP, generationIdOrMemberEpoch: -1, memberId: "", groupInstanceId: null }
      commitOffsets(rig.shard, { ...whole, retentionTimeMs: 60_000, topics }, 3, reply)
    })
    await settle()
    const a = new ClassicClient(rig, "simple")
    expect(a.committed()).toBe(3)
    rig.failOver()
    await rig.clock.advance(600_000)
    expect([a.committed(), rig.shard.groups.size]).toEqual([-1, 0])
  })
})

describe("keeping offsets", () => {
  test("an empty group's are kept for the retention time after it emptied, then they and the group go", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    a.commit(5)
    a.leave()
    await rig.clock.advance(7 * DAY_MS - 1_000)
    expect(a.committed()).toBe(5)
    await rig.clock.advance(1_200_000)
    expect([a.committed(), rig.shard.groups.size]).toEqual([-1, 0])
    rig.failOver()
    expect([rig.shard.groups.size, rig.shard.offsets.size]).toEqual([0, 0])
  })

  test("deleting a group takes its offsets along, but not while somebody is in it", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    a.commit(5)
    await settle()
    const refused = park<ErrorCode>((reply) => deleteGroup(rig.shard, GROUP, reply))
    a.leave()
    const deleted = park<ErrorCode>((reply) => deleteGroup(rig.shard, GROUP, reply))
    await settle()
    const unknown = park<ErrorCode>((reply) => deleteGroup(rig.shard, GROUP, reply))
    expect([refused.answer, deleted.answer, unknown.answer]).toEqual([
      ErrorCode.NonEmptyGroup,
      ErrorCode.None,
      ErrorCode.GroupIdNotFound,
    ])
    rig.failOver()
    expect([rig.shard.groups.size, rig.shard.offsets.size]).toEqual([0, 0])
  })

  test("deleting offsets spares topics that somebody subscribes to", async () => {
    const rig = new CoordinatorRig(noDelay)
    const a = await stableGroup(rig)
    a.commit(5)
    await settle()
    const request = {
      groupId: GROUP,
      topics: ["orders", "returns"].map((name) => ({ name, partitions: [{ partitionIndex: 0 }] })),
    }
    const parked = park<unknown>((reply) => deleteOffsets(rig.shard, request, reply))
    await settle()
    expect([parked.answer, a.committed()]).toEqual([
      {
        errorCode: 0,
        topics: [
          { name: "orders", partitions: [{ partitionIndex: 0, errorCode: ErrorCode.GroupSubscribedToTopic }] },
          { name: "returns", partitions: [{ partitionIndex: 0, errorCode: 0 }] },
        ],
      },
      5,
    ])
    a.leave()
    park<unknown>((reply) => deleteOffsets(rig.shard, request, reply))
    await settle()
    expect(a.committed()).toBe(-1)
  })
})

test("a group's partition is Java's hash of its name", () => {
  expect(["", "a", "my-group", "polygenelubricants"].map((id) => coordinatorPartition(id, 50))).toEqual([
    0,
    97 % 50,
    javaHash("my-group") % 50,
    0,
  ])
})

function javaHash(text: string): number {
  let hash = 0n
  for (const unit of text) hash = BigInt.asIntN(32, hash * 31n + BigInt(unit.charCodeAt(0)))
  return Math.abs(Number(hash))
}
