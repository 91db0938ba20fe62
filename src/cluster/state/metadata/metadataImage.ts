import type { AclImage, BrokerImage, PartitionImage, ScramImage, TopicImage } from "./imageEntries"

const NO_CONFIGS: ReadonlyMap<string, string> = new Map()

/** Kafka's ConfigResource types, as codes in ConfigRecord and on the wire. */
export const ConfigResourceType = { topic: 2, broker: 4, clientMetrics: 16, group: 32 } as const
export type ConfigResourceType = (typeof ConfigResourceType)[keyof typeof ConfigResourceType]

/**
 * What a node knows of the cluster: made only by replaying `__cluster_metadata`, see `applyRecord`.
 * Entries are replaced, never changed: whoever holds one may keep it. Maps are read-only outside of `applyRecord`.
 */
export class MetadataImage {
  /** The next offset of the metadata log: everything below is in the image. */
  offset = 0
  /** The epoch of the last record in the image. */
  epoch = 0
  /** Rises with every change. */
  revision = 0
  readonly topics = new Map<string, TopicImage>()
  readonly topicNames = new Map<string, string>()
  readonly brokers = new Map<number, BrokerImage>()
  /** Keyed "type:name". */
  readonly configs = new Map<string, ReadonlyMap<string, string>>()
  readonly features = new Map<string, number>()
  readonly acls = new Map<string, AclImage>()
  /** Rises with every change of an ACL: what is derived from them is made anew. */
  aclRevision = 0
  /** Keyed "mechanism:user". */
  readonly scram = new Map<string, ScramImage>()
  /** Client quotas: the entity as `quotaEntityKey` writes it, then key → value. */
  readonly quotas = new Map<string, ReadonlyMap<string, number>>()
  nextProducerId = 0

  constructor(readonly clusterId: string) {}

  topic(name: string): TopicImage | undefined {
    return this.topics.get(name)
  }

  topicById(id: string): TopicImage | undefined {
    const name = this.topicNames.get(id)
    return name === undefined ? undefined : this.topics.get(name)
  }

  partition(topic: string, index: number): PartitionImage | undefined {
    return this.topics.get(topic)?.partitions[index]
  }

  broker(id: number): BrokerImage | undefined {
    return this.brokers.get(id)
  }

  /** Brokers that clients may use, by id. */
  liveBrokers(): BrokerImage[] {
    return [...this.brokers.values()].filter(({ fenced }) => !fenced).sort((a, b) => a.id - b.id)
  }

  isLive(brokerId: number): boolean {
    return this.brokers.get(brokerId)?.fenced === false
  }

  /** What was set on a resource itself. The name of the cluster-wide broker default is "". */
  configsOf(type: ConfigResourceType, name: string): ReadonlyMap<string, string> {
    return this.configs.get(configKey(type, name)) ?? NO_CONFIGS
  }

  copy(): MetadataImage {
    const copy = new MetadataImage(this.clusterId)
    copy.replaceBy(this)
    return copy
  }

  /** Takes over another image's state; entries are shared, as they never change. */
  replaceBy(other: MetadataImage): void {
    this.offset = other.offset
    this.epoch = other.epoch
    this.revision++
    this.nextProducerId = other.nextProducerId
    refill(this.topics, other.topics)
    refill(this.topicNames, other.topicNames)
    refill(this.brokers, other.brokers)
    refill(this.configs, other.configs)
    refill(this.features, other.features)
    refill(this.acls, other.acls)
    this.aclRevision++
    refill(this.scram, other.scram)
    refill(this.quotas, other.quotas)
  }
}

export function configKey(type: number, name: string): string {
  return `${type}:${name}`
}

function refill<Key, Value>(target: Map<Key, Value>, source: ReadonlyMap<Key, Value>): void {
  target.clear()
  for (const [key, value] of source) target.set(key, value)
}
