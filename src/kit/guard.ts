import type { Admin, Consumer, ConsumerConfig, ConsumerRunConfig, Producer } from "kafkajs"
import { apiNamed } from "../client/requestAny"
import type { KernelCluster } from "../contract/kernel"
import type { Request } from "./request"

/** The reader's own prefix, or the connection's "read only", forbids it. */
export class GuardError extends Error {
  override readonly name = "GuardError"
}

/** A producer of a read-only connection refuses to send. */
export function guardProducer(producer: Producer, cluster: KernelCluster): Producer {
  if (!cluster.readOnly) return producer
  const refuse = refusal("nothing is written through it")
  return { ...producer, send: refuse, sendBatch: refuse, transaction: refuse, sendOffsets: refuse } as Producer
}

/**
 * A consumer of a read-only connection reads, and leaves no offset behind: each of its runs begins where the group
 * stands. It may not join a group of somebody else, whose members would lose partitions to it.
 */
export function guardConsumer(consumer: Consumer, { groupId }: ConsumerConfig, cluster: KernelCluster): Consumer {
  if (!cluster.readOnly) return consumer
  if (!groupId.startsWith(cluster.prefix)) throw foreign(groupId, cluster)
  return {
    ...consumer,
    commitOffsets: refusal("no offset is committed through it"),
    run: ({ eachBatch, ...config }: ConsumerRunConfig = {}) =>
      consumer.run({
        ...config,
        autoCommit: false,
        ...(eachBatch && {
          eachBatch: (payload) => eachBatch({ ...payload, commitOffsetsIfNecessary: async () => {} }),
        }),
      }),
  }
}

const writing = [
  "createTopics",
  "deleteTopics",
  "createPartitions",
  "deleteTopicRecords",
  "deleteGroups",
  "resetOffsets",
  "setOffsets",
  "alterConfigs",
  "createAcls",
  "deleteAcls",
  "alterPartitionReassignments",
] as const satisfies readonly (keyof Admin)[]

/** On a cluster that others use, a lesson creates, changes and deletes only what carries the reader's prefix. */
export function guardAdmin(admin: Admin, cluster: KernelCluster): Admin {
  if (cluster.kind === "embedded") return admin
  if (cluster.readOnly) {
    const refuse = refusal("nothing is changed through it")
    return { ...admin, ...Object.fromEntries(writing.map((name) => [name, refuse])) } as Admin
  }
  /** The call, after a look at the names that it would change. */
  const only =
    <Options, Result>(call: (options: Options) => Promise<Result>, namesOf: (options: Options) => readonly string[]) =>
    async (options: Options): Promise<Result> => {
      const other = namesOf(options).find((name) => !name.startsWith(cluster.prefix))
      if (other !== undefined) throw foreign(other, cluster)
      return call(options)
    }
  return {
    ...admin,
    createTopics: only(admin.createTopics, ({ topics }) => topics.map(({ topic }) => topic)),
    createPartitions: only(admin.createPartitions, ({ topicPartitions }) => topicPartitions.map(({ topic }) => topic)),
    deleteTopics: only(admin.deleteTopics, ({ topics }) => topics),
    deleteTopicRecords: only(admin.deleteTopicRecords, ({ topic }) => [topic]),
    deleteGroups: only(admin.deleteGroups, (groups) => groups),
    setOffsets: only(admin.setOffsets, ({ groupId }) => [groupId]),
    resetOffsets: only(admin.resetOffsets, ({ groupId }) => [groupId]),
    alterConfigs: only(admin.alterConfigs, ({ resources }) => resources.map(({ name }) => name)),
    alterPartitionReassignments: only(admin.alterPartitionReassignments, ({ topics }) =>
      topics.map(({ topic }) => topic),
    ),
    deleteAcls: only(admin.deleteAcls, ({ filters }) => filters.map(({ resourceName = "" }) => resourceName)),
  }
}

/** What a read-only connection may ask for: it only reads. */
const readingApis: ReadonlySet<string> = new Set([
  "Fetch",
  "ListOffsets",
  "Metadata",
  "OffsetFetch",
  "FindCoordinator",
  "DescribeGroups",
  "ListGroups",
  "ApiVersions",
  "OffsetForLeaderEpoch",
  "DescribeAcls",
  "DescribeConfigs",
  "DescribeLogDirs",
  "ListPartitionReassignments",
  "DescribeClientQuotas",
  "DescribeUserScramCredentials",
  "DescribeQuorum",
  "DescribeCluster",
  "DescribeProducers",
  "DescribeTransactions",
  "ListTransactions",
  "ConsumerGroupDescribe",
  "ListConfigResources",
  "DescribeTopicPartitions",
  "ShareGroupDescribe",
])

/** What takes something away, and names it in more ways than a prefix can be looked for in. */
const deletingApis: ReadonlySet<string> = new Set([
  "DeleteTopics",
  "DeleteRecords",
  "DeleteGroups",
  "OffsetDelete",
  "DeleteAcls",
  "UnregisterBroker",
  "RemoveRaftVoter",
])

/** Raw requests pass no client that could be guarded: on a cluster that others use, some are not sent. */
export function guardRequest(request: Request, cluster: KernelCluster): Request {
  if (cluster.kind === "embedded") return request
  return async (api, ...rest) => {
    const { name } = apiNamed(api)
    if (cluster.readOnly && !readingApis.has(name)) await refusal(`${name} is not sent through it`)()
    if (deletingApis.has(name)) {
      throw new GuardError(`${name} is not sent to a cluster that others use. The admin client deletes what is yours.`)
    }
    return request(api, ...rest)
  }
}

function refusal(what: string) {
  return async (): Promise<never> => {
    throw new GuardError(`This connection is read-only: ${what}.`)
  }
}

function foreign(name: string, { prefix }: KernelCluster): GuardError {
  return new GuardError(`"${name}" is not yours: on this cluster only what begins with "${prefix}" is changed.`)
}
