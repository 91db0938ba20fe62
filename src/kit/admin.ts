import type { Admin, Kafka } from "kafkajs"

export interface TopicOptions {
  /** Default 1. */
  readonly partitions?: number
  /** Default: the cluster's. */
  readonly replicationFactor?: number
  readonly configs?: Readonly<Record<string, string | number>>
}

export interface PartitionDescription {
  readonly partition: number
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly offline: readonly number[]
}

export interface AdminClient {
  createTopic(name: string, options?: TopicOptions): Promise<boolean>
  topicExists(name: string): Promise<boolean>
  listTopics(): Promise<string[]>
  deleteTopic(...names: string[]): Promise<void>
  describeTopic(name: string): Promise<PartitionDescription[]>
  describePartition(name: string, partition: number): Promise<PartitionDescription>
  close(): Promise<void>
  readonly kafkajs: Admin
}

export async function openAdmin(kafka: Kafka): Promise<AdminClient> {
  const admin = kafka.admin()
  await admin.connect()
  const describeTopic = async (name: string) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] })
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
  return {
    createTopic: (name, { partitions = 1, replicationFactor = -1, configs = {} } = {}) =>
      admin.createTopics({
        topics: [
          {
            topic: name,
            numPartitions: partitions,
            replicationFactor,
            configEntries: Object.entries(configs).map(([key, value]) => ({ name: key, value: String(value) })),
          },
        ],
      }),
    topicExists: async (name) => (await admin.listTopics()).includes(name),
    listTopics: () => admin.listTopics(),
    deleteTopic: (...topics) => admin.deleteTopics({ topics }),
    describeTopic,
    describePartition: async (name, partition) => {
      const found = (await describeTopic(name)).find((described) => described.partition === partition)
      if (found === undefined) throw new Error(`Topic "${name}" has no partition ${partition}.`)
      return found
    },
    close: () => admin.disconnect(),
    kafkajs: admin,
  }
}
