import { offsetCommit } from "../../../src/protocol/api/08_offsetCommit"
import { offsetFetch } from "../../../src/protocol/api/09_offsetFetch"
import { findCoordinator } from "../../../src/protocol/api/10_findCoordinator"
import { heartbeat } from "../../../src/protocol/api/12_heartbeat"
import { leaveGroup } from "../../../src/protocol/api/13_leaveGroup"
import { listGroups } from "../../../src/protocol/api/16_listGroups"
import { deleteGroups } from "../../../src/protocol/api/42_deleteGroups"
import { offsetDelete } from "../../../src/protocol/api/47_offsetDelete"
import { batchesOf, decodeRecords } from "../../../src/protocol/recordBatch"
import { ClassicMember, committedOffset, describeGroup } from "../classicMember"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

const SHORTEST_SESSION_MS = 6_000

/** A stable group of one, which a second member has come to join. */
async function beginRebalance(stage: Stage) {
  await stage.createTopic(stage.id)
  const first = new ClassicMember(stage, stage.id)
  const second = new ClassicMember(stage, stage.id)
  await first.join()
  await first.sync({ [first.memberId]: "all" })
  const joining = second.join()
  await stage.until("a rebalance", async () => (await describeGroup(stage, stage.id))?.groupState !== "Stable")
  return { first, second, joining }
}

/** Groups whose members share out the partitions themselves. */
export const classicGroups: readonly Scenario[] = [
  {
    name: "refused joins",
    proves: ["L09f", "Session timeout < 6 s → 26"],
    async play(stage) {
      const member = new ClassicMember(stage, stage.id)
      const refused = async (label: string, overrides: Parameters<ClassicMember["joinOnce"]>[0]) => {
        const { errorCode, generationId, memberId } = await member.joinOnce(overrides)
        stage.note(label, { errorCode, generationId, memberId })
      }
      await refused("a session of 5 s", { sessionTimeoutMs: 5_000 })
      await refused("a session of 31 min", { sessionTimeoutMs: 31 * 60_000 })
      await refused("no protocols", { protocols: [] })
      await refused("no protocol type", { protocolType: "" })
      await refused("a group without a name", { groupId: "" })
      await refused("a member that is not known", { memberId: "nobody" })
      await refused("an instance id that is no name", { groupInstanceId: "no/name" })
      await refused("the first join", {})
      await member.join()
      await member.sync({ [member.memberId]: "all" })
      await refused("other protocols", { protocols: [{ name: "other", metadata: Buffer.alloc(0) }] })
      await refused("another protocol type", { protocolType: "connect" })
    },
  },
  {
    name: "the life of a group of one",
    proves: ["L08a", "L15e"],
    async play(stage) {
      await stage.createTopic(stage.id)
      stage.note("before", await describeGroup(stage, stage.id))
      const member = new ClassicMember(stage, stage.id)
      stage.note("asked for a member id", await member.joinOnce())
      stage.note("joined", await member.join())
      stage.note("while it assigns", await describeGroup(stage, stage.id))
      stage.note("heartbeat before sync", { errorCode: await member.heartbeat() })
      stage.note("synced", await member.sync({ [member.memberId]: "all" }))
      stage.note("stable", await describeGroup(stage, stage.id))
      stage.note("heartbeat", { errorCode: await member.heartbeat() })
      stage.note("before a commit", await committedOffset(stage, stage.id, stage.id))
      stage.note("commit", await member.commit(stage.id, 5))
      stage.note("after the commit", await committedOffset(stage, stage.id, stage.id))
      stage.note("joined again", { generationId: (await member.join()).generationId })
      stage.note("synced again", await member.sync({ [member.memberId]: "all" }))
      stage.note("left", await member.leave())
      stage.note("empty", await describeGroup(stage, stage.id))
      stage.note("left twice", await member.leave())
      stage.note("offsets stay", await committedOffset(stage, stage.id, stage.id))
    },
  },
  {
    name: "generations and members that are not now's",
    proves: ["L09c", "stale generation 22, unknown member 25, rebalancing 27"],
    async play(stage) {
      await stage.createTopic(stage.id)
      const member = new ClassicMember(stage, stage.id)
      await member.join()
      await member.sync({ [member.memberId]: "all" })
      const stale = { generationId: 7 }
      stage.note("heartbeat of another generation", { errorCode: await member.heartbeat(stale) })
      stage.note("heartbeat of another member", { errorCode: await member.heartbeat({ memberId: "nobody" }) })
      stage.note("heartbeat of another group", { errorCode: await member.heartbeat({ groupId: `${stage.id}-none` }) })
      stage.note("sync of another generation", await member.sync({}, stale))
      stage.note("sync of another member", await member.sync({}, { memberId: "nobody" }))
      stage.note("sync of another protocol", await member.sync({}, { protocolName: "other" }))
      stage.note("commit of another generation", await member.commit(stage.id, 1, { generationIdOrMemberEpoch: 7 }))
      stage.note("commit of another member", await member.commit(stage.id, 1, { memberId: "nobody" }))
      const outsider = { memberId: "", generationIdOrMemberEpoch: -1 }
      stage.note("commit of an outsider", await member.commit(stage.id, 1, outsider))
      stage.note("nothing is committed", await committedOffset(stage, stage.id, stage.id))
    },
  },
  {
    name: "a rebalance of two members",
    proves: ["L09b", "L09e", "stale generation 22, unknown member 25, rebalancing 27"],
    async play(stage) {
      const { first, second, joining } = await beginRebalance(stage)
      stage.note("the first member's heartbeat", { errorCode: await first.heartbeat() })
      stage.note("the first member's commit", await first.commit(stage.id, 3))
      stage.note("the first member's sync", await first.sync({}))
      const rejoined = await first.join()
      stage.note("the leader learns of both", rejoined)
      stage.note("the other does not", await joining)
      stage.note("while they assign", { state: (await describeGroup(stage, stage.id))?.groupState })
      stage.note("commit before sync", await first.commit(stage.id, 4))
      const waiting = second.sync()
      stage.note("the leader's sync", await first.sync({ [first.memberId]: "half", [second.memberId]: "the rest" }))
      stage.note("the other's sync", await waiting)
      stage.note("stable", await describeGroup(stage, stage.id))
      stage.note("the leader leaves", await first.leave())
      stage.note("the other's heartbeat", { errorCode: await second.heartbeat() })
      const alone = await second.join()
      stage.note("alone", { generationId: alone.generationId, leads: alone.leader === alone.memberId })
    },
  },
  {
    name: "members of a stable group that join again",
    async play(stage) {
      const { first, second, joining } = await beginRebalance(stage)
      await first.join()
      await joining
      const waiting = second.sync()
      await first.sync({ [first.memberId]: "half", [second.memberId]: "the rest" })
      await waiting
      stage.note("the follower, as it was", await second.joinOnce())
      stage.note("its heartbeat", { errorCode: await second.heartbeat() })
      stage.note("its sync", await second.sync())
      const leading = first.join()
      await stage.until("another rebalance", async () => (await second.heartbeat()) !== 0)
      stage.note("a sync while they join", await second.sync())
      await second.join()
      await leading
      stage.note("the next generation", { generations: [first.generationId, second.generationId] })
      stage.note("the follower, as it was, before the sync", await second.joinOnce())
      stage.note("a heartbeat before the sync", { errorCode: await second.heartbeat() })
      stage.note("the sync of a generation that is past", await second.sync({}, { generationId: 2 }))
    },
  },
  {
    name: "a member that leaves before it has joined",
    async play(stage) {
      await stage.createTopic(stage.id)
      const first = new ClassicMember(stage, stage.id)
      await first.join()
      await first.sync({ [first.memberId]: "all" })
      const second = new ClassicMember(stage, stage.id)
      second.memberId = (await second.joinOnce()).memberId
      stage.note("it leaves", await second.leave())
      stage.note("the other's heartbeat", { errorCode: await first.heartbeat() })
      stage.note("it joins after all", await second.joinOnce())
    },
  },
  {
    name: "static members",
    async play(stage) {
      await stage.createTopic(stage.id)
      const first = new ClassicMember(stage, stage.id, "instance-a")
      stage.note("joins at once", await first.join())
      stage.note("synced", await first.sync({ [first.memberId]: "all" }))
      const again = new ClassicMember(stage, stage.id, "instance-a")
      stage.note("comes back under its name", await again.join())
      stage.note("the old one's heartbeat", { errorCode: await first.heartbeat() })
      stage.note("the old one's commit", await first.commit(stage.id, 1))
      stage.note("the old one's sync", await first.sync({}))
      stage.note("the new one's sync", await again.sync({}))
      stage.note("the new one's heartbeat", { errorCode: await again.heartbeat() })
      stage.note("an instance that is not there", {
        errorCode: await again.heartbeat({ groupInstanceId: "instance-b" }),
      })
      const on = await stage.coordinator(stage.id)
      const members = [
        { memberId: "", groupInstanceId: "instance-a" },
        { memberId: "", groupInstanceId: "instance-b" },
      ]
      await stage.ask("put out by name", leaveGroup, 5, { groupId: stage.id, members }, { on })
      stage.note("empty", await describeGroup(stage, stage.id))
    },
  },
  {
    name: "a member that falls silent",
    proves: ["L09c"],
    async play(stage) {
      await stage.createTopic(stage.id)
      const member = new ClassicMember(stage, stage.id)
      await member.join({ sessionTimeoutMs: SHORTEST_SESSION_MS })
      await member.sync({ [member.memberId]: "all" })
      await stage.until("an empty group", async () => (await describeGroup(stage, stage.id))?.groupState === "Empty")
      stage.note("its heartbeat", { errorCode: await member.heartbeat() })
      stage.note("its commit", await member.commit(stage.id, 1))
      stage.note("the group", await describeGroup(stage, stage.id))
    },
  },
  {
    name: "commits without a group",
    proves: ["L08b", "L08e"],
    async play(stage) {
      await stage.createTopic(stage.id)
      const on = await stage.coordinator(stage.id)
      const commit = async (label: string, name: string, partitionIndex: number, committedMetadata: string) => {
        const partitions = [{ partitionIndex, committedOffset: 40, committedMetadata }]
        await stage.ask(label, offsetCommit, 8, { groupId: stage.id, topics: [{ name, partitions }] }, { on })
      }
      stage.note("before", await committedOffset(stage, stage.id, stage.id))
      await commit("by an assigned consumer", stage.id, 0, "a note")
      await commit("a topic that is not there", `${stage.id}-missing`, 0, "")
      await commit("a partition that is not there", stage.id, 9, "")
      await commit("a long note", stage.id, 0, "x".repeat(5_000))
      const groups = [{ groupId: stage.id, topics: null }]
      await stage.ask("all that is committed", offsetFetch, 8, { groups }, { on })
      const missing = [{ groupId: `${stage.id}-none`, topics: null }]
      const other = await stage.coordinator(`${stage.id}-none`)
      await stage.ask("a group that is not there", offsetFetch, 8, { groups: missing }, { on: other })
      stage.note("a group of nobody", await describeGroup(stage, stage.id))
    },
  },
  {
    name: "groups that are deleted",
    async play(stage) {
      await stage.createTopic(stage.id)
      const member = new ClassicMember(stage, stage.id)
      await member.join()
      await member.sync({ [member.memberId]: "all" })
      await member.commit(stage.id, 3)
      const on = await stage.coordinator(stage.id)
      const remove = async (label: string, ...groupsNames: readonly string[]) =>
        await stage.ask(label, deleteGroups, 2, { groupsNames }, { on })
      await remove("with a member", stage.id)
      const topics = [{ name: stage.id, partitions: [{ partitionIndex: 0 }, { partitionIndex: 8 }] }]
      await stage.ask("an offset of a group at work", offsetDelete, 0, { groupId: stage.id, topics }, { on })
      await member.leave()
      await stage.ask("an offset of an empty group", offsetDelete, 0, { groupId: stage.id, topics }, { on })
      stage.note("it is gone", await committedOffset(stage, stage.id, stage.id))
      await remove("empty", stage.id)
      await remove("twice", stage.id)
      const away = await stage.coordinator(`${stage.id}-none`)
      const unknown = { groupId: `${stage.id}-none`, topics }
      await stage.ask("an offset of no group", offsetDelete, 0, unknown, { on: away })
      stage.note("afterwards", await describeGroup(stage, stage.id))
    },
  },
  {
    name: "where a group's offsets lie",
    proves: ["L08g"],
    async play(stage) {
      await stage.createTopic(stage.id)
      const on = await stage.coordinator(stage.id)
      const partitions = [{ partitionIndex: 0, committedOffset: 40, committedMetadata: "" }]
      const topics = [{ name: stage.id, partitions }]
      await stage.ask("commit", offsetCommit, 8, { groupId: stage.id, topics }, { on })
      for (const partition of [0, 1, 2]) {
        const { records } = await stage.read("__consumer_offsets", { partition })
        const keys = [...batchesOf(records)].flatMap((batch) => decodeRecords(batch).map(({ key }) => key))
        stage.note(`partition ${partition}`, keys.filter((key) => key?.includes(stage.id)).length)
      }
    },
  },
  {
    name: "the wrong coordinator",
    async play(stage) {
      const right = await stage.coordinator(stage.id)
      const on = right === 1 ? 2 : 1
      const member = { groupId: stage.id, generationId: 1, memberId: "nobody" }
      await stage.ask("heartbeat", heartbeat, 4, member, { on })
      const groups = [{ groupId: stage.id, topics: null }]
      await stage.ask("offset fetch", offsetFetch, 8, { groups }, { on })
      await stage.ask("delete", deleteGroups, 2, { groupsNames: [stage.id] }, { on })
      const kinds = async (label: string, keyType: number, key: string) => {
        const answer = await stage.send(findCoordinator, 4, { keyType, coordinatorKeys: [key] })
        stage.note(label, { errorCode: answer.coordinators[0]?.errorCode ?? 0 })
      }
      await kinds("a kind of key that there is not", 9, stage.id)
      await kinds("a group without a name", 0, "")
    },
  },
  {
    name: "groups by state",
    async play(stage) {
      await stage.createTopic(stage.id)
      const member = new ClassicMember(stage, stage.id)
      await member.join()
      const on = await stage.coordinator(stage.id)
      const list = async (label: string, statesFilter: readonly string[], typesFilter: readonly string[] = []) => {
        const { errorCode, groups } = await stage.send(listGroups, 5, { statesFilter, typesFilter }, { on })
        stage.note(label, { errorCode, groups: groups.filter(({ groupId }) => groupId === stage.id) })
      }
      await list("all", [])
      await list("assigning", ["CompletingRebalance"])
      await list("stable", ["Stable"])
      await member.sync({ [member.memberId]: "all" })
      await list("stable by now", ["stable"])
      await list("classic", [], ["classic"])
      await list("of the new protocol", [], ["consumer"])
      await list("a state that there is not", ["Sleeping"])
      await list("a type that there is not", [], ["odd"])
    },
  },
]
