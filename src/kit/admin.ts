import type { Admin, ITopicConfig, Kafka } from "kafkajs"
import { bindMethods } from "./bindMethods"
import { checkTopicName } from "./namingRules"

export interface TopicOptions {
  /** Default 1. */
  readonly partitions?: number
  /** Default: the cluster's default.replication.factor. */
  readonly replicationFactor?: number
  readonly configs?: Readonly<Record<string, string | number>>
}

export interface PartitionDescription {
  readonly partition: number
  /** -1 while the partition has no leader. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly offline: readonly number[]
}

export interface PartitionOffsets {
  readonly partition: number
  /** Log start offset. */
  readonly low: number
  /** High watermark: the next offset to be read. */
  readonly high: number
}

export interface GroupLag {
  readonly topic: string
  readonly partition: number
  /** -1 where nothing is committed. */
  readonly committed: number
  readonly high: number
  readonly lag: number
}

/** Looks after topics and groups. */
export interface AdminClient {
  /** Creates a topic and waits for its leaders; false where it exists already. */
  createTopic(name: string, options?: TopicOptions): Promise<boolean>
  /** Creates those that do not exist yet; gives back their names. */
  createTopics(topics: Readonly<Record<string, TopicOptions>>): Promise<string[]>
  /** example.user.events, example.test-topic, example.performance, example.dead-letter: the ones of the notes. */
  createExampleTopics(): Promise<string[]>
  topicExists(name: string): Promise<boolean>
  /** All names but the internal ones. */
  listTopics(): Promise<string[]>
  /** Deletes topics and waits until they are gone; one that does not exist is no error. */
  deleteTopic(...names: string[]): Promise<void>
  /** A topic without a record, whatever was there before. */
  recreateTopic(name: string, options?: TopicOptions): Promise<void>
  describeTopic(name: string): Promise<PartitionDescription[]>
  describePartition(name: string, partition: number): Promise<PartitionDescription>
  addPartitions(name: string, count: number): Promise<void>
  offsets(name: string): Promise<PartitionOffsets[]>
  /** How many records a reader from the start would at most see. */
  countRecords(name: string): Promise<number>
  groupLag(groupId: string, topic: string): Promise<GroupLag[]>
  deleteGroup(...groupIds: string[]): Promise<void>
  /** What is wrong with a topic's name by the rule {domain}.{entity}.{event}, or undefined. */
  checkTopicName(name: string): string | undefined
  close(): Promise<void>
  /** The kafkajs admin behind it. */
  readonly kafkajs: Admin
}

const exampleTopics: Readonly<Record<string, TopicOptions>> = {
  "example.user.events": { partitions: 3 },
  "example.test-topic": { partitions: 1 },
  "example.performance": { partitions: 6 },
  "example.dead-letter": { partitions: 1 },
}

/** Waits for a state of the cluster: metadata reaches every broker a moment after the controller answers. */
export type WaitUntil = (predicate: () => Promise<boolean>) => Promise<unknown>

export interface AdminParts {
  readonly kafka: Kafka
  readonly until: WaitUntil
  /** The reader's name for a topic on this cluster. */
  readonly topic: (name: string) => string
}

export async function openAdmin({ kafka, until, topic }: AdminParts): Promise<AdminClient> {
  const kafkajs = kafka.admin()
  await kafkajs.connect()
  return bindMethods(new Administrator(kafkajs, until, topic))
}

class Administrator implements AdminClient {
  readonly kafkajs: Admin
  readonly #until: WaitUntil
  readonly #topic: (name: string) => string

  constructor(kafkajs: Admin, until: WaitUntil, topic: (name: string) => string) {
    this.kafkajs = kafkajs
    this.#until = until
    this.#topic = topic
  }

  createTopic(name: string, options: TopicOptions = {}): Promise<boolean> {
    return this.kafkajs.createTopics({ topics: [topicConfig(name, options)], waitForLeaders: true })
  }

  async createTopics(topics: Readonly<Record<string, TopicOptions>>): Promise<string[]> {
    const existing = new Set(await this.kafkajs.listTopics())
    const missing = Object.entries(topics).filter(([name]) => !existing.has(name))
    if (missing.length > 0) {
      await this.kafkajs.createTopics({ topics: missing.map(([name, options]) => topicConfig(name, options)) })
    }
    return missing.map(([name]) => name)
  }

  createExampleTopics(): Promise<string[]> {
    const named = Object.entries(exampleTopics).map(([name, options]) => [this.#topic(name), options])
    return this.createTopics(Object.fromEntries(named))
  }

  async topicExists(name: string): Promise<boolean> {
    return (await this.kafkajs.listTopics()).includes(name)
  }

  async listTopics(): Promise<string[]> {
    return (await this.kafkajs.listTopics()).filter((name) => !name.startsWith("__")).sort()
  }

  async deleteTopic(...names: string[]): Promise<void> {
    const existing = new Set(await this.kafkajs.listTopics())
    const topics = names.filter((name) => existing.has(name))
    if (topics.length === 0) return
    await this.kafkajs.deleteTopics({ topics })
    await this.#until(async () => {
      const left = new Set(await this.kafkajs.listTopics())
      return topics.every((name) => !left.has(name))
    })
  }

  async recreateTopic(name: string, options: TopicOptions = {}): Promise<void> {
    await this.deleteTopic(name)
    await this.createTopic(name, options)
  }

  async describeTopic(name: string): Promise<PartitionDescription[]> {
    const { topics } = await this.kafkajs.fetchTopicMetadata({ topics: [name] })
    return (topics[0]?.partitions ?? [])
      .map(({ partitionId, leader, replicas, isr, offlineReplicas = [] }) => ({
        partition: partitionId,
        leader,
        replicas,
        isr,
        offline: offlineReplicas,
      }))
      .sort((left, right) => left.partition - right.partition)
  }

  async describePartition(name: string, partition: number): Promise<PartitionDescription> {
    const found = (await this.describeTopic(name)).find((described) => described.partition === partition)
    if (found === undefined) throw new Error(`Topic "${name}" has no partition ${partition}.`)
    return found
  }

  async addPartitions(name: string, count: number): Promise<void> {
    await this.kafkajs.createPartitions({ topicPartitions: [{ topic: name, count }] })
    await this.#until(async () => {
      const partitions = await this.describeTopic(name)
      return partitions.length >= count && partitions.every(({ leader }) => leader >= 0)
    })
  }

  async offsets(name: string): Promise<PartitionOffsets[]> {
    return (await this.kafkajs.fetchTopicOffsets(name))
      .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
      .sort((left, right) => left.partition - right.partition)
  }

  async countRecords(name: string): Promise<number> {
    return (await this.offsets(name)).reduce((sum, { low, high }) => sum + high - low, 0)
  }

  async groupLag(groupId: string, topic: string): Promise<GroupLag[]> {
    const [fetched] = await this.kafkajs.fetchOffsets({ groupId, topics: [topic] })
    const committed = new Map(fetched?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
    return (await this.offsets(topic)).map(({ partition, low, high }) => {
      const offset = committed.get(partition) ?? -1
      return { topic, partition, committed: offset, high, lag: high - (offset < 0 ? low : offset) }
    })
  }

  async deleteGroup(...groupIds: string[]): Promise<void> {
    await this.kafkajs.deleteGroups(groupIds)
  }

  checkTopicName(name: string): string | undefined {
    return checkTopicName(name)
  }

  close(): Promise<void> {
    return this.kafkajs.disconnect()
  }
}

function topicConfig(
  topic: string,
  { partitions = 1, replicationFactor = -1, configs = {} }: TopicOptions,
): ITopicConfig {
  const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value: String(value) }))
  return { topic, numPartitions: partitions, replicationFactor, configEntries }
}
