import { describe, expect, test } from "vitest"
import { fromWire, nothing } from "../../../src/cluster/state/group/consumer/assignment"
import { heartbeatConsumerGroup } from "../../../src/cluster/state/group/consumer/heartbeat"
import { ErrorCode, errorName } from "../../../src/protocol/errorCodes"
import { ConsumerClient, GROUP } from "./consumerClient"
import { CoordinatorRig, settle } from "./coordinatorRig"

const orders = { subscribedTopicNames: ["orders"] }

/** What the group is, apart from timers. */
function durable(client: ConsumerClient) {
  const { epoch, targetEpoch, metadataHash, members, targets, owners, regexes, staticMemberIds } = client.group
  return { epoch, targetEpoch, metadataHash, members, targets, owners, regexes, staticMemberIds }
}

describe("a group of the consumer protocol", () => {
  test("gives the first member all partitions in its first answer", async () => {
    const rig = new CoordinatorRig()
    const topicId = rig.topics.set("orders", 3)
    const answer = await new ConsumerClient(rig, "a", orders).heartbeat()
    expect(answer).toEqual({
      errorCode: 0,
      errorMessage: null,
      memberId: "a",
      memberEpoch: 1,
      heartbeatIntervalMs: 5_000,
      assignment: { topicPartitions: [{ topicId, partitions: [0, 1, 2] }] },
    })
  })

  test("hands a partition over only after its owner has given it up, without stopping the others", async () => {
    const rig = new CoordinatorRig()
    const topicId = rig.topics.set("orders", 4)
    const [a, b] = [new ConsumerClient(rig, "a", orders), new ConsumerClient(rig, "b", orders)]
    await a.heartbeat()
    const steps = [await b.heartbeat()]
    expect(a.group.state).toBe("Reconciling")
    steps.push(await a.heartbeat())
    steps.push(await b.heartbeat())
    steps.push(await a.heartbeat())
    steps.push(await b.heartbeat())
    expect(steps.map(({ memberEpoch, assignment }) => [memberEpoch, assignment?.topicPartitions])).toEqual([
      [2, []],
      [1, [{ topicId, partitions: [0, 1] }]],
      [2, undefined],
      [2, undefined],
      [2, [{ topicId, partitions: [2, 3] }]],
    ])
    expect(a.group.state).toBe("Stable")
  })

  test("refuses what cannot be, each with its own code", async () => {
    const rig = new CoordinatorRig()
    rig.topics.set("orders", 1)
    const a = new ConsumerClient(rig, "a", orders)
    const stranger = new ConsumerClient(rig, "x", orders)
    const codes = [
      (await stranger.heartbeat({ memberEpoch: 3 })).errorCode,
      (await a.heartbeat({ serverAssignor: "mine" })).errorCode,
      (await a.heartbeat({ rebalanceTimeoutMs: -1 })).errorCode,
      (await a.heartbeat({ memberEpoch: -2 })).errorCode,
      (await a.heartbeat({ subscribedTopicRegex: "(?=x)" })).errorCode,
      (await a.heartbeat()).errorCode,
      (await stranger.heartbeat({ memberEpoch: 3 })).errorCode,
      (await a.heartbeat({ memberEpoch: 9 })).errorCode,
    ]
    expect(codes).toEqual([
      ErrorCode.GroupIdNotFound,
      ErrorCode.UnsupportedAssignor,
      ErrorCode.InvalidRequest,
      ErrorCode.InvalidRequest,
      ErrorCode.InvalidRegularExpression,
      ErrorCode.None,
      ErrorCode.UnknownMemberId,
      ErrorCode.FencedMemberEpoch,
    ])
  })

  test("accepts the epoch before when the answer that told the new one was lost", async () => {
    const rig = new CoordinatorRig()
    const topicId = rig.topics.set("orders", 1)
    const a = new ConsumerClient(rig, "a", orders)
    await a.heartbeat()
    rig.topics.set("orders", 2)
    await a.heartbeat()
    const again = await a.heartbeat({ memberEpoch: 1, topicPartitions: [{ topicId, partitions: [0] }] })
    expect([again.errorCode, again.memberEpoch]).toEqual([0, 2])
    expect((await a.heartbeat({ memberEpoch: 1, topicPartitions: null })).errorCode).toBe(ErrorCode.FencedMemberEpoch)
  })

  test("puts a silent member out after its session, and one that does not revoke after its rebalance timeout", async () => {
    const rig = new CoordinatorRig()
    const topicId = rig.topics.set("orders", 2)
    const silent = new ConsumerClient(rig, "silent", orders)
    const slow = new ConsumerClient(rig, "slow", { ...orders, rebalanceTimeoutMs: 100_000 })
    await silent.heartbeat()
    await rig.clock.advance(44_999)
    expect(silent.group.members.size).toBe(1)
    await rig.clock.advance(1)
    expect(silent.group.state).toBe("Empty")

    await slow.heartbeat()
    const other = new ConsumerClient(rig, "other", orders)
    await other.heartbeat()
    const all = [{ topicId, partitions: [0, 1] }]
    for (let waited = 0; waited < 100_000; waited += 20_000) {
      await slow.heartbeat({ topicPartitions: all })
      await other.heartbeat()
      await rig.clock.advance(20_000)
    }
    expect((await slow.heartbeat({ topicPartitions: all })).errorCode).toBe(ErrorCode.UnknownMemberId)
    await other.heartbeat()
    expect(other.owned).toEqual(fromWire(all))
  })

  test("keeps a member whose heartbeat came in time, however long its answer waits for replicas", async () => {
    const rig = new CoordinatorRig()
    rig.topics.set("orders", 2)
    const first = new ConsumerClient(rig, "first", orders)
    await first.heartbeat()
    await rig.clock.advance(40_000)
    rig.log.held = true
    // Its answer cannot come: another member's change is not committed, and what follows it waits.
    void new ConsumerClient(rig, "second", orders).heartbeat().catch(() => {})
    void first.heartbeat().catch(() => {})
    await rig.clock.advance(10_000)
    expect(first.group.members.has("first")).toBe(true)
  })

  test("is told nothing that is not committed, even after the write itself was given up", async () => {
    const rig = new CoordinatorRig()
    rig.topics.set("orders", 2)
    rig.log.held = true
    const join = {
      groupId: GROUP,
      memberId: "first",
      memberEpoch: 0,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: 60_000,
      subscribedTopicNames: ["orders"],
      subscribedTopicRegex: null,
      serverAssignor: null,
      topicPartitions: [],
    }
    const answers: string[] = []
    const send = (memberEpoch: number) =>
      heartbeatConsumerGroup(
        rig.shard,
        { ...join, memberEpoch },
        { clientId: "c", clientHost: "/127.0.0.1", version: 1 },
        (answer) => answers.push(`${errorName(answer.errorCode)} in epoch ${answer.memberEpoch}`),
      )
    send(0)
    await rig.clock.advance(6_000)
    // The state knows the member already, so this one has nothing to write.
    send(0)
    await rig.clock.advance(1_000)
    expect(answers).toEqual(["COORDINATOR_NOT_AVAILABLE in epoch 0"])
    rig.log.release()
    await settle()
    expect(answers).toEqual(["COORDINATOR_NOT_AVAILABLE in epoch 0", "NONE in epoch 1"])
  })

  test("notices that a subscribed topic has grown, or that a new one matches an expression", async () => {
    const rig = new CoordinatorRig()
    const id1 = rig.topics.set("eu.orders", 1)
    const a = new ConsumerClient(rig, "a", { subscribedTopicRegex: "eu\\..*" })
    await a.heartbeat()
    const id2 = rig.topics.set("eu.returns", 1)
    rig.topics.set("us.orders", 1)
    await a.heartbeat()
    rig.topics.set("eu.orders", 2)
    await a.heartbeat()
    expect([a.owned, a.epoch]).toEqual([
      fromWire([
        { topicId: id1, partitions: [0, 1] },
        { topicId: id2, partitions: [0] },
      ]),
      3,
    ])
  })

  test("keeps a static member's partitions while it restarts, and refuses a second one of its name", async () => {
    const rig = new CoordinatorRig()
    rig.topics.set("orders", 2)
    const [one, two] = ["one", "two"].map(
      (name) => new ConsumerClient(rig, name, { ...orders, instanceId: `pod-${name}` }),
    )
    if (!one || !two) throw new Error("two clients")
    for (const client of [one, two, one, two, one, two]) await client.heartbeat()
    const twin = new ConsumerClient(rig, "twin", { ...orders, instanceId: "pod-one" })
    expect((await twin.heartbeat()).errorCode).toBe(ErrorCode.UnreleasedInstanceId)

    const before = one.owned
    expect((await one.heartbeat({ memberEpoch: -2 })).memberEpoch).toBe(-2)
    one.owned = nothing
    await two.heartbeat()
    const epoch = one.group.epoch
    await twin.heartbeat()
    expect([twin.owned, twin.epoch, one.group.epoch]).toEqual([before, epoch, epoch])
    expect((await one.heartbeat({ memberEpoch: epoch })).errorCode).toBe(ErrorCode.FencedInstanceId)
  })

  test("gives to the others what a static member was to give up when it left for a while", async () => {
    const rig = new CoordinatorRig()
    const topicId = rig.topics.set("orders", 2)
    const [one, two] = ["one", "two"].map(
      (name) => new ConsumerClient(rig, name, { ...orders, instanceId: `pod-${name}` }),
    )
    if (!one || !two) throw new Error("two clients")
    await one.heartbeat()
    await two.heartbeat()
    const owned = [{ topicId, partitions: [0, 1] }]
    await one.heartbeat({ topicPartitions: owned })
    const waiting = await two.heartbeat()
    await one.heartbeat({ memberEpoch: -2 })
    const { assignment } = await two.heartbeat()
    expect([waiting.assignment, assignment?.topicPartitions]).toEqual([null, [{ topicId, partitions: [1] }]])
  })

  test("takes the place of an empty classic group, and keeps its offsets", async () => {
    const rig = new CoordinatorRig()
    rig.topics.set("orders", 1)
    rig.shard.createClassicGroup(GROUP)
    const a = new ConsumerClient(rig, "a", orders)
    await a.heartbeat()
    expect([a.group.state, rig.log.records().map(({ name, value }) => [name, value !== null])]).toEqual([
      "Stable",
      [
        ["groupMetadata", false],
        ["consumerGroupMemberMetadata", true],
        ["consumerGroupMetadata", true],
        ["consumerGroupTargetAssignmentMember", true],
        ["consumerGroupTargetAssignmentMetadata", true],
        ["consumerGroupCurrentMemberAssignment", true],
      ],
    ])
  })

  test("does not exist when its first records could not be written", async () => {
    const rig = new CoordinatorRig()
    rig.topics.set("orders", 1)
    rig.log.refusal = ErrorCode.NotEnoughReplicas
    const a = new ConsumerClient(rig, "a", orders)
    expect((await a.heartbeat()).errorCode).toBe(ErrorCode.CoordinatorNotAvailable)
    expect(rig.shard.groups.size).toBe(0)
    rig.log.refusal = ErrorCode.None
    expect((await a.heartbeat()).memberEpoch).toBe(1)
  })

  test("is the same after a failover, and its members go on", async () => {
    const rig = new CoordinatorRig()
    rig.topics.set("orders", 5)
    const [a, b] = [
      new ConsumerClient(rig, "a", { subscribedTopicRegex: "ord.*" }),
      new ConsumerClient(rig, "b", { ...orders, instanceId: "pod" }),
    ]
    await a.heartbeat()
    await b.heartbeat()
    await a.heartbeat()
    const before = durable(a)
    rig.failOver()
    expect(durable(a)).toEqual(before)
    for (const client of [b, a, b, a]) await client.heartbeat()
    expect([a.group.state, a.owned.values().next().value?.length, b.owned.values().next().value?.length]).toEqual([
      "Stable",
      3,
      2,
    ])
  })
})
