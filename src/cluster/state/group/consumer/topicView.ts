import { crc32c } from "../../../../protocol/crc32c"

/** What groups see of the cluster's metadata. */
export interface TopicView {
  /** Rises with every change. */
  readonly revision: number
  /** By name. */
  readonly topics: ReadonlyMap<string, SubscribedTopic>
  topicById(id: string): SubscribedTopic | undefined
}

export interface SubscribedTopic {
  readonly name: string
  readonly id: string
  readonly partitions: readonly unknown[]
}

/** No topics at all. */
export const noTopics: TopicView = { revision: 0, topics: new Map(), topicById: () => undefined }

/**
 * Tells whether topics that a group reads have come, gone or grown. Kafka keeps a hash of these (KIP-1101, a 64-bit one
 * over racks as well); only equality with the coordinator's own last value counts, so a smaller one serves.
 */
export function metadataHash(topics: readonly SubscribedTopic[]): number {
  if (topics.length === 0) return 0
  const lines = topics.map(({ name, id, partitions }) => `${name}\0${id}\0${partitions.length}`).sort()
  return crc32c(Buffer.from(lines.join("\n")))
}
