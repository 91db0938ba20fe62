import { offsetCommit } from "../../../src/protocol/api/08_offsetCommit"
import { offsetFetch } from "../../../src/protocol/api/09_offsetFetch"
import { incrementalAlterConfigs } from "../../../src/protocol/api/44_incrementalAlterConfigs"
import { consumerGroupHeartbeat } from "../../../src/protocol/api/68_consumerGroupHeartbeat"
import { consumerGroupDescribe } from "../../../src/protocol/api/69_consumerGroupDescribe"
import { ErrorCode } from "../../../src/protocol/errorCodes"
import type { RequestInput, ResponseOf } from "../../../src/protocol/schema"
import { ClassicMember } from "../classicMember"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

type Beat = RequestInput<typeof consumerGroupHeartbeat>
type Answer = ResponseOf<typeof consumerGroupHeartbeat>
type Owned = readonly { readonly topicId: string; readonly partitions: readonly number[] }[]

/** ConfigResource.Type.GROUP. */
const GROUP_RESOURCE = 32
const UNKNOWN_TOPIC_ID = "4L6g3nShT-eMCtK--X86sw"

/** A member of a KIP-848 group that takes over what it is assigned, and gives up what it is not. */
class Member {
  epoch = 0
  owned: Owned = []

  constructor(
    private readonly stage: Stage,
    readonly memberId: string,
    private readonly subscription: Beat,
  ) {}

  async beat(overrides: Beat = {}): Promise<Answer> {
    const joins = this.epoch === 0
    const body: Beat = {
      groupId: this.stage.id,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      topicPartitions: this.owned,
      ...(joins ? { rebalanceTimeoutMs: 60_000, ...this.subscription } : {}),
      ...overrides,
    }
    const on = await this.stage.coordinator(this.stage.id)
    const answer = await this.stage.send(consumerGroupHeartbeat, 1, body, { on })
    if (answer.errorCode === ErrorCode.None) {
      this.epoch = answer.memberEpoch
      if (answer.assignment) this.owned = answer.assignment.topicPartitions
    }
    return answer
  }

  get partitions(): readonly number[] {
    return this.owned.flatMap(({ partitions }) => partitions).sort()
  }
}

/** Everybody beats until nothing changes any more: the same epoch, and so many partitions in all. */
async function settle(stage: Stage, members: readonly Member[], partitions: number): Promise<void> {
  await stage.until("a settled group", async () => {
    const before = members.map(({ owned }) => JSON.stringify(owned)).join()
    for (const member of members) await member.beat()
    const after = members.map(({ owned }) => JSON.stringify(owned)).join()
    const count = members.reduce((sum, member) => sum + member.partitions.length, 0)
    return before === after && count === partitions && new Set(members.map(({ epoch }) => epoch)).size === 1
  })
}

async function describe(stage: Stage, label: string): Promise<void> {
  const on = await stage.coordinator(stage.id)
  await stage.ask(label, consumerGroupDescribe, 1, { groupIds: [stage.id] }, { on })
}

const short = ({ errorCode, memberEpoch, assignment }: Answer) => ({ errorCode, memberEpoch, assignment })

/** Groups whose coordinator shares out the partitions (KIP-848). */
export const consumerGroups: readonly Scenario[] = [
  {
    name: "heartbeats that are refused",
    async play(stage) {
      await stage.createTopic(stage.id)
      const subscription = { subscribedTopicNames: [stage.id] }
      const refused = async (label: string, overrides: Beat) =>
        stage.note(label, short(await new Member(stage, "m", subscription).beat(overrides)))
      await refused("no group", { groupId: "" })
      await refused("no member id", { memberId: "" })
      await refused("no rebalance timeout", { rebalanceTimeoutMs: -1 })
      await refused("no subscription", { subscribedTopicNames: null })
      await refused("partitions at the join", { topicPartitions: [{ topicId: UNKNOWN_TOPIC_ID, partitions: [0] }] })
      await refused("an assignor that there is not", { serverAssignor: "odd" })
      await refused("an expression that is none", { subscribedTopicNames: null, subscribedTopicRegex: "(" })
      await refused("an epoch of a member that is not known", { memberEpoch: 3 })
      await refused("an empty instance id", { instanceId: "" })
      await refused("leaves a group that is not there", { memberEpoch: -1 })
      await refused("an epoch below all", { memberEpoch: -5 })
    },
  },
  {
    name: "four members for three partitions",
    proves: ["L09a", "L09b"],
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 3 })
      const members = ["a", "b", "c", "d"].map((id) => new Member(stage, id, { subscribedTopicNames: [stage.id] }))
      const [first] = members
      if (first === undefined) return
      stage.note("the first joins", short(await first.beat()))
      await settle(stage, [first], 3)
      stage.note("it owns all", { partitions: first.partitions })
      await settle(stage, members, 3)
      stage.note("sizes", members.map(({ partitions }) => partitions.length).sort())
      const owner = members.find(({ partitions }) => partitions.length === 1)
      if (owner === undefined) return
      stage.note("one leaves", short(await owner.beat({ memberEpoch: -1 })))
      const rest = members.filter((member) => member !== owner)
      await settle(stage, rest, 3)
      stage.note(
        "each of the others has one",
        rest.map(({ partitions }) => partitions.length),
      )
    },
  },
  {
    name: "a partition changes hands step by step",
    proves: ["L09e"],
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 2 })
      const first = new Member(stage, "a", { subscribedTopicNames: [stage.id] })
      const second = new Member(stage, "b", { subscribedTopicNames: [stage.id] })
      await settle(stage, [first], 2)
      stage.note("the first alone", { epoch: first.epoch, partitions: first.partitions })
      stage.note("the second joins", short(await second.beat()))
      stage.note("it waits", short(await second.beat()))
      const both = first.owned
      stage.note("the first is told to give one up", short(await first.beat()))
      stage.note("it still holds both", short(await first.beat({ topicPartitions: both })))
      stage.note("the second still waits", short(await second.beat()))
      stage.note("the first has given it up", short(await first.beat()))
      stage.note("the second gets it", short(await second.beat()))
      await describe(stage, "stable")
    },
  },
  {
    name: "epochs of members that are fenced",
    async play(stage) {
      await stage.createTopic(stage.id)
      const member = new Member(stage, "a", { subscribedTopicNames: [stage.id] })
      await settle(stage, [member], 1)
      stage.note("an epoch to come", short(await member.beat({ memberEpoch: member.epoch + 5 })))
      stage.note("another member", short(await member.beat({ memberId: "nobody" })))
      stage.note("its own epoch", short(await member.beat()))
      const on = await stage.coordinator(stage.id)
      const commit = async (label: string, memberId: string, generationIdOrMemberEpoch: number) => {
        const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: "" }]
        const topics = [{ name: stage.id, partitions }]
        const body = { groupId: stage.id, memberId, generationIdOrMemberEpoch, topics }
        await stage.ask(label, offsetCommit, 9, body, { on })
      }
      await commit("commit in its epoch", "a", member.epoch)
      await commit("commit in an epoch that is past", "a", member.epoch - 1)
      await commit("commit in an epoch to come", "a", member.epoch + 1)
      await commit("commit of another member", "nobody", member.epoch)
      await commit("commit of an outsider", "", -1)
      const fetchOf = async (label: string, memberId: string | null, memberEpoch: number) => {
        const groups = [{ groupId: stage.id, memberId, memberEpoch, topics: null }]
        await stage.ask(label, offsetFetch, 9, { groups }, { on })
      }
      await fetchOf("fetch in its epoch", "a", member.epoch)
      await fetchOf("fetch in an epoch that is past", "a", member.epoch - 1)
      await fetchOf("fetch of another member", "nobody", member.epoch)
      await fetchOf("fetch of an outsider", null, -1)
      stage.note("left", short(await member.beat({ memberEpoch: -1 })))
      await describe(stage, "empty")
    },
  },
  {
    name: "static members of the new protocol",
    async play(stage) {
      await stage.createTopic(stage.id)
      const named = { subscribedTopicNames: [stage.id], instanceId: "instance-a" }
      const first = new Member(stage, "a", named)
      await settle(stage, [first], 1)
      const second = new Member(stage, "b", named)
      stage.note("its name is taken", short(await second.beat()))
      stage.note("it goes for a while", short(await first.beat({ memberEpoch: -2, instanceId: "instance-a" })))
      await describe(stage, "waiting for it")
      stage.note("it is back under another id", short(await second.beat()))
      stage.note("the old id", short(await first.beat({ instanceId: "instance-a" })))
      await describe(stage, "back")
    },
  },
  {
    name: "members that join again",
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 2 })
      const first = new Member(stage, "a", { subscribedTopicNames: [stage.id] })
      await settle(stage, [first], 2)
      const anew = { memberEpoch: 0, topicPartitions: [], rebalanceTimeoutMs: 60_000, subscribedTopicNames: [stage.id] }
      stage.note("in its first epoch", short(await first.beat(anew)))
      const second = new Member(stage, "b", { subscribedTopicNames: [stage.id] })
      await settle(stage, [first, second], 2)
      const { epoch } = first
      stage.note("in a later epoch", short(await first.beat(anew)))
      first.epoch = epoch
      stage.note("its epoch still counts", { errorCode: (await first.beat()).errorCode })
      const named = `${stage.id}-named`
      const beat = async (label: string, memberEpoch: number, memberId = "a") => {
        const on = await stage.coordinator(named)
        const subscription = memberEpoch === 0 ? { rebalanceTimeoutMs: 60_000, subscribedTopicNames: [stage.id] } : {}
        const body = { groupId: named, memberId, memberEpoch, instanceId: "i", topicPartitions: [], ...subscription }
        stage.note(label, short(await stage.send(consumerGroupHeartbeat, 1, body, { on })))
      }
      await beat("a static member", 0)
      await beat("it joins again", 0)
      await beat("it goes for a while", -2)
      await beat("it is back under its old id", 0)
      await beat("it goes for good", -1)
    },
  },
  {
    name: "times of a group's own",
    async play(stage) {
      await stage.createTopic(stage.id)
      const alter = async (label: string, name: string, value: string) => {
        const configs = [{ name, configOperation: 0, value }]
        const resources = [{ resourceType: GROUP_RESOURCE, resourceName: stage.id, configs }]
        await stage.ask(label, incrementalAlterConfigs, 1, { resources })
      }
      const member = new Member(stage, "a", { subscribedTopicNames: [stage.id] })
      const beat = async () => (await member.beat()).heartbeatIntervalMs
      stage.note("at first", { heartbeatIntervalMs: await beat() })
      await alter("a longer interval", "consumer.heartbeat.interval.ms", "7000")
      await stage.until("the new interval", async () => (await beat()) === 7_000)
      await alter("an interval below the least", "consumer.heartbeat.interval.ms", "4000")
      await alter("an interval beyond the most", "consumer.heartbeat.interval.ms", "16000")
      await alter("a session below the least", "consumer.session.timeout.ms", "44000")
      await alter("a session beyond the most", "consumer.session.timeout.ms", "61000")
      await alter("a longer session", "consumer.session.timeout.ms", "50000")
      stage.note("in the end", { heartbeatIntervalMs: await beat() })
    },
  },
  {
    name: "subscriptions to nothing",
    async play(stage) {
      await stage.createTopic(stage.id)
      const none = new Member(stage, "a", { subscribedTopicNames: [] })
      stage.note("no topics", short(await none.beat()))
      const empty = new Member(stage, "b", { subscribedTopicRegex: "" })
      stage.note("an empty expression", short(await empty.beat()))
      stage.note("a topic", short(await empty.beat({ subscribedTopicNames: [stage.id] })))
      await settle(stage, [none, empty], 1)
      stage.note("it has it", { none: none.partitions, empty: empty.partitions })
      const on = await stage.coordinator(`${stage.id}-none`)
      const groups = [{ groupId: `${stage.id}-none`, memberId: "a", memberEpoch: 3, topics: null }]
      await stage.ask("offsets of a group that is not there", offsetFetch, 9, { groups }, { on })
    },
  },
  {
    name: "a subscription by an expression",
    async play(stage) {
      await stage.createTopic(`${stage.id}-one`)
      const member = new Member(stage, "a", { subscribedTopicRegex: `${stage.id}-.*` })
      await settle(stage, [member], 1)
      stage.note("one topic", { count: member.owned.length })
      await stage.createTopic(`${stage.id}-two`)
      await settle(stage, [member], 2)
      stage.note("two topics", { count: member.owned.length })
      // Apache Kafka resolves an expression in its own time: only the end is compared.
      const { errorCode } = await member.beat({ subscribedTopicRegex: `${stage.id}-t.*` })
      stage.note("another expression", { errorCode })
      await settle(stage, [member], 1)
      stage.note("one of them", { count: member.owned.length })
    },
  },
  {
    name: "both protocols in one group",
    async play(stage) {
      await stage.createTopic(stage.id)
      const member = new Member(stage, "a", { subscribedTopicNames: [stage.id] })
      await settle(stage, [member], 1)
      const classic = new ClassicMember(stage, stage.id)
      const { errorCode } = await classic.joinOnce({ protocolType: "connect" })
      stage.note("another kind of classic member", { errorCode })
      await describe(stage, "the new group")
      const old = `${stage.id}-classic`
      const other = new ClassicMember(stage, old)
      await other.join({ protocolType: "connect" })
      const on = await stage.coordinator(old)
      await stage.ask("described as a new group", consumerGroupDescribe, 1, { groupIds: [old] }, { on })
      const joining = { groupId: old, memberId: "x", memberEpoch: 0, rebalanceTimeoutMs: 60_000, topicPartitions: [] }
      const body = { ...joining, subscribedTopicNames: [stage.id] }
      await stage.ask("a new member of a classic group", consumerGroupHeartbeat, 1, body, { on })
    },
  },
  {
    name: "more partitions and topics for a group",
    async play(stage) {
      const later = `${stage.id}-later`
      await stage.createTopic(stage.id)
      const member = new Member(stage, "a", { subscribedTopicNames: [stage.id, later] })
      await settle(stage, [member], 1)
      stage.note("before", { epoch: member.epoch, topics: member.owned.length })
      await stage.createTopic(later, { partitions: 2 })
      await settle(stage, [member], 3)
      stage.note("after", { topics: member.owned.length, partitions: member.partitions })
      stage.note("another subscription", short(await member.beat({ subscribedTopicNames: [later] })))
      await settle(stage, [member], 2)
      stage.note("in the end", { topics: member.owned.length, partitions: member.partitions })
    },
  },
]
