import { metadata } from "../../../src/protocol/api/03_metadata"
import { createTopics } from "../../../src/protocol/api/19_createTopics"
import { deleteTopics } from "../../../src/protocol/api/20_deleteTopics"
import { createPartitions } from "../../../src/protocol/api/37_createPartitions"
import { describeTopicPartitions } from "../../../src/protocol/api/75_describeTopicPartitions"
import type { ElementOf, RequestInput } from "../../../src/protocol/schema"
import type { Scenario } from "../scenario"
import type { Stage } from "../stage"

type NewTopic = ElementOf<RequestInput<typeof createTopics>["topics"]>

const UNKNOWN_TOPIC_ID = "4L6g3nShT-eMCtK--X86sw"

/** Only the error of each topic: what the topics are like is asked afterwards. */
async function create(stage: Stage, label: string, topics: readonly NewTopic[], validateOnly = false): Promise<void> {
  const answer = await stage.send(createTopics, 7, { topics, timeoutMs: 20_000, validateOnly })
  stage.note(
    label,
    answer.topics.map(({ name, errorCode, numPartitions, replicationFactor }) => ({
      name: name.length > 100 ? `${name.length} characters` : name,
      errorCode,
      numPartitions,
      replicationFactor,
    })),
  )
}

const plain = (name: string, numPartitions = 1, replicationFactor = 1): NewTopic => ({
  name,
  numPartitions,
  replicationFactor,
})

const assigned = (name: string, ...replicas: readonly (readonly number[])[]): NewTopic => ({
  ...plain(name, -1, -1),
  assignments: replicas.map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
})

/** Topics and partitions as administrators make them. */
export const topics: readonly Scenario[] = [
  {
    name: "names of topics",
    proves: ["L15c"],
    async play(stage) {
      const names = ["", ".", "..", "a b", "a/b", "主题", "x".repeat(249), "x".repeat(250), `${stage.id}.a_b`]
      for (const [index, name] of names.entries()) await create(stage, `name ${index}`, [plain(name)])
      await create(stage, "collides as a metric", [plain(`${stage.id}_a.b`)])
      await create(stage, "is there already", [plain(`${stage.id}.a_b`)])
      await create(stage, "twice in one request", [plain(`${stage.id}-twice`), plain(`${stage.id}-twice`)])
      await create(stage, "beside a refused one", [plain(`${stage.id}-good`), plain("..")])
      await create(stage, "an internal one", [plain("__consumer_offsets")])
    },
  },
  {
    name: "counts of partitions and replicas",
    proves: ["L15c"],
    async play(stage) {
      await create(stage, "no partitions", [plain(`${stage.id}-a`, 0)])
      await create(stage, "partitions below zero", [plain(`${stage.id}-b`, -2)])
      await create(stage, "no replicas", [plain(`${stage.id}-c`, 1, 0)])
      await create(stage, "four replicas", [plain(`${stage.id}-d`, 1, 4)])
      await create(stage, "defaults", [plain(`${stage.id}-e`, -1, -1)])
      await create(stage, "three of three", [plain(`${stage.id}-f`, 3, 3)])
      await create(stage, "only looked at", [plain(`${stage.id}-g`, 2, 2)], true)
      await create(stage, "only looked at, and refused", [plain(`${stage.id}-h`, 2, 5)], true)
      await create(stage, "looked at, but there already", [plain(`${stage.id}-f`, 2, 2)], true)
      const names = ["e", "f", "g"].map((letter) => ({ name: `${stage.id}-${letter}` }))
      const answer = await stage.send(metadata, 9, { topics: names, allowAutoTopicCreation: false })
      const shapes = answer.topics.map(({ name, errorCode, partitions }) => {
        const leaders = new Set(partitions.map(({ leaderId }) => leaderId))
        return { name, errorCode, partitions: partitions.length, leaders: leaders.size }
      })
      stage.note("what there is", shapes)
    },
  },
  {
    name: "replicas by hand",
    async play(stage) {
      await create(stage, "good", [assigned(`${stage.id}-a`, [1, 2], [2, 3])])
      await create(stage, "a broker that is not there", [assigned(`${stage.id}-b`, [1, 9])])
      await create(stage, "a broker twice", [assigned(`${stage.id}-c`, [1, 1])])
      await create(stage, "no broker", [assigned(`${stage.id}-d`, [])])
      await create(stage, "different counts", [assigned(`${stage.id}-e`, [1, 2], [3])])
      await create(stage, "with counts too", [{ ...assigned(`${stage.id}-f`, [1]), numPartitions: 1 }])
      await create(stage, "with replicas too", [{ ...assigned(`${stage.id}-g`, [1]), replicationFactor: 1 }])
      const gap = [{ partitionIndex: 1, brokerIds: [1] }]
      await create(stage, "partition 0 is missing", [{ ...plain(`${stage.id}-h`, -1, -1), assignments: gap }])
      const twice = [0, 0].map((partitionIndex) => ({ partitionIndex, brokerIds: [1] }))
      await create(stage, "partition 0 twice", [{ ...plain(`${stage.id}-i`, -1, -1), assignments: twice }])
    },
  },
  {
    name: "configs of new topics",
    proves: ["segment.bytes ≥ 1 MiB"],
    async play(stage) {
      const withConfig = (letter: string, name: string, value: string | null): NewTopic => ({
        ...plain(`${stage.id}-${letter}`),
        configs: [{ name, value }],
      })
      await create(stage, "good", [withConfig("a", "retention.ms", "1000")])
      await create(stage, "a name that there is not", [withConfig("b", "retention.years", "1")])
      await create(stage, "no number", [withConfig("c", "retention.ms", "long")])
      await create(stage, "null", [withConfig("d", "retention.ms", null)])
      await create(stage, "segments below 1 MiB", [withConfig("e", "segment.bytes", "1000")])
      await create(stage, "a policy that there is not", [withConfig("f", "cleanup.policy", "burn")])
      await create(stage, "two policies", [withConfig("g", "cleanup.policy", "compact,delete")])
      await create(stage, "no replicas in sync", [withConfig("h", "min.insync.replicas", "0")])
      await create(stage, "a ratio above 1", [withConfig("i", "min.cleanable.dirty.ratio", "1.5")])
      await create(stage, "a codec that there is not", [withConfig("j", "compression.type", "rar")])
      await create(stage, "neither true nor false", [withConfig("k", "unclean.leader.election.enable", "maybe")])
    },
  },
  {
    name: "more partitions",
    proves: ["L04c"],
    async play(stage) {
      await stage.createTopic(stage.id, { partitions: 2 })
      type More = ElementOf<RequestInput<typeof createPartitions>["topics"]>
      const more = async (label: string, all: readonly More[], validateOnly = false) =>
        await stage.ask(label, createPartitions, 3, { topics: all, timeoutMs: 20_000, validateOnly })
      const to = (count: number, assignments: More["assignments"] = null, name = stage.id) => ({
        name,
        count,
        assignments,
      })
      await more("fewer", [to(1)])
      await more("as many", [to(2)])
      await more("none", [to(0)])
      await more("only looked at", [to(4)], true)
      await more("no such topic", [to(4, null, `${stage.id}-missing`)])
      await more("twice in one request", [to(4), to(5)])
      await more("too few by hand", [to(4, [{ brokerIds: [1, 2, 3] }])])
      await more("other numbers of replicas", [to(3, [{ brokerIds: [1] }])])
      await more("a broker that is not there", [to(3, [{ brokerIds: [1, 2, 9] }])])
      await more("one by hand", [to(3, [{ brokerIds: [3, 1, 2] }])])
      await stage.untilLed(stage.id, 2, 3)
      await more("one more", [to(4)])
      await stage.untilLed(stage.id, 3)
      await stage.notePartition("by hand", stage.id, 2)
    },
  },
  {
    name: "topics that are deleted",
    async play(stage) {
      const topicId = await stage.createTopic(stage.id)
      await stage.produce(stage.id, ["a"])
      type Gone = ElementOf<RequestInput<typeof deleteTopics>["topics"]>
      const remove = async (label: string, ...all: readonly Gone[]) =>
        await stage.ask(label, deleteTopics, 6, { topics: all, timeoutMs: 20_000 })
      await remove("no such name", { name: `${stage.id}-missing` })
      await remove("no such id", { name: null, topicId: UNKNOWN_TOPIC_ID })
      await remove("name and id", { name: stage.id, topicId })
      await remove("neither", { name: null })
      await remove("twice in one request", { name: stage.id }, { name: stage.id })
      await remove("by its id", { name: null, topicId })
      await stage.until("its end", async () => {
        const { topics: found } = await stage.send(metadata, 9, { topics: [{ name: stage.id }] }, { on: 1 })
        return found[0]?.errorCode !== 0
      })
      await remove("again", { name: stage.id })
      await stage.createTopic(stage.id)
      await stage.noteRead("a new topic of the same name", stage.id)
    },
  },
  {
    name: "metadata of topics",
    async play(stage) {
      const topicId = await stage.createTopic(stage.id, { replicas: [[1, 2]] })
      const ask = async (
        label: string,
        version: number,
        all: readonly { name?: string | null; topicId?: string }[],
      ) => {
        const answer = await stage.send(metadata, version, { topics: all, allowAutoTopicCreation: false }, { on: 1 })
        stage.note(label, answer.topics)
      }
      await ask("by name", 9, [{ name: stage.id }])
      await ask("by id", 12, [{ name: null, topicId }])
      await ask("no such id", 12, [{ name: null, topicId: UNKNOWN_TOPIC_ID }])
      await ask("no such name", 9, [{ name: `${stage.id}-missing` }])
      await ask("no name at all", 9, [{ name: "a b" }])
      await ask("none", 9, [])
      const answer = await stage.send(metadata, 9, { topics: [], allowAutoTopicCreation: true }, { on: 1 })
      stage.note("brokers", answer.brokers)
      const described = async (label: string, names: readonly string[], limit: number, partitionIndex?: number) => {
        const cursor = partitionIndex === undefined ? null : { topicName: stage.id, partitionIndex }
        const wanted = names.map((name) => ({ name }))
        const body = { topics: wanted, responsePartitionLimit: limit, cursor }
        await stage.ask(label, describeTopicPartitions, 0, body, { on: 1 })
      }
      await described("described", [stage.id], 10)
      await described("described, and not there", [`${stage.id}-missing`], 10)
      await stage.createTopic(`${stage.id}-wide`, { partitions: 3 })
      await described("a page", [stage.id, `${stage.id}-wide`], 2)
      await described("from a cursor", [stage.id, `${stage.id}-wide`], 10, 0)
    },
  },
]
