import { SystemClock } from "../../../src/cluster/clock"
import type { Services } from "../../../src/cluster/handler"
import { SystemRandom } from "../../../src/cluster/random"
import { RequestAccess } from "../../../src/cluster/state/access"
import type { BrokerImage, PartitionImage } from "../../../src/cluster/state/metadata/imageEntries"
import { configKey, MetadataImage } from "../../../src/cluster/state/metadata/metadataImage"
import { NodeConfig } from "../../../src/cluster/state/nodeConfig"
import { ErrorCode } from "../../../src/protocol/errorCodes"

export interface Situation {
  readonly version: number
  readonly listener?: string
  /** Brokers 1 to 3 are there; these are down. */
  readonly down?: readonly number[]
  readonly topics?: readonly TopicForTest[]
  readonly configured?: Readonly<Record<string, string>>
  /** Keyed "type:name", as in the image. */
  readonly configs?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly acl?: RequestAccess
  readonly replicas?: Partial<Services["replicas"]>
  /** What the controller answers; a call is recorded in `asked`. */
  readonly controller?: (apiName: string, body: unknown) => unknown
  readonly asked?: unknown[]
  readonly closed?: string[]
}

export interface TopicForTest {
  readonly name: string
  readonly id: string
  readonly partitions: readonly Partial<PartitionImage>[]
}

/** What a handler of broker 1 sees in a situation: a real metadata image and configs, and nothing behind them. */
export function servicesFor(situation: Situation): Services {
  const { version, listener = "PLAINTEXT", acl = RequestAccess.everything, replicas = {} } = situation
  const metadata = imageOf(situation)
  return {
    brokerId: 1,
    clusterId: "a-cluster-of-the-tests",
    clock: new SystemClock(),
    random: new SystemRandom(),
    config: new NodeConfig(1, new Map(Object.entries(situation.configured ?? {})), metadata),
    metadata,
    version,
    correlationId: 7,
    acl,
    connection: {
      principal: "User:ANONYMOUS",
      clientId: "test",
      host: "127.0.0.1",
      listener,
      closed: new AbortController().signal,
      close: (reason: string) => situation.closed?.push(reason),
    },
    controller: {
      leaderId: 1,
      request: async (api: { name: string }, body: unknown) => {
        situation.asked?.push({ api: api.name, body })
        return situation.controller?.(api.name, body)
      },
    },
    replicas: { leader: () => ErrorCode.NotLeaderOrFollower, partitions: [], ...replicas },
  } as unknown as Services
}

function imageOf({ down = [], topics = [], configs = {} }: Situation): MetadataImage {
  const image = new MetadataImage("a-cluster-of-the-tests")
  for (const id of [1, 2, 3]) image.brokers.set(id, brokerImage(id, down.includes(id)))
  for (const { name, id, partitions } of topics) {
    image.topicNames.set(id, name)
    image.topics.set(name, {
      name,
      id,
      partitions: partitions.map((partition, index) => partitionImage(name, id, index, partition)),
    })
  }
  for (const [key, values] of Object.entries(configs)) {
    const [type = "", name = ""] = key.split(":")
    image.configs.set(configKey(Number(type), name), new Map(Object.entries(values)))
  }
  image.offset = 42
  image.features.set("metadata.version", 27)
  image.features.set("group.version", 1)
  return image
}

function brokerImage(id: number, fenced: boolean): BrokerImage {
  return {
    id,
    epoch: id * 10,
    incarnationId: "AAAAAAAAAAAAAAAAAAAAAQ",
    endpoints: [
      { name: "PLAINTEXT", host: "127.0.0.1", port: 9090 + id, securityProtocol: 0 },
      ...(id === 3 ? [] : [{ name: "OUTER", host: "outer.example", port: 9190 + id, securityProtocol: 0 }]),
    ],
    rack: null,
    fenced,
    inControlledShutdown: false,
    logDirs: ["AAAAAAAAAAAAAAAAAAAAAg"],
  }
}

function partitionImage(
  topic: string,
  topicId: string,
  index: number,
  partial: Partial<PartitionImage>,
): PartitionImage {
  return {
    topic,
    topicId,
    index,
    replicas: [1, 2, 3],
    isr: [1, 2, 3],
    elr: [],
    lastKnownElr: [],
    removingReplicas: [],
    addingReplicas: [],
    leader: 1,
    leaderEpoch: 4,
    partitionEpoch: 5,
    leaderRecoveryState: 0,
    ...partial,
  }
}
