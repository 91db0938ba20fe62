import type { ClusterEvent } from "../../../contract/control"
import type { ImageChanges } from "./imageChanges"
import type { PartitionImage } from "./imageEntries"
import type { MetadataImage } from "./metadataImage"

type NewEvent = Omit<ClusterEvent, "sequence" | "atMs">

/** Tells in words of events what changed between two looks at the metadata. */
export class MetadataEvents {
  readonly #emit: (event: NewEvent) => void
  readonly #topics = new Map<string, { readonly id: string; readonly partitions: readonly PartitionImage[] }>()
  readonly #brokers = new Map<number, boolean>()

  constructor(emit: (event: NewEvent) => void) {
    this.#emit = emit
  }

  compare(image: MetadataImage, changes: ImageChanges): void {
    for (const id of changes.isWhole ? image.brokers.keys() : changes.brokers) {
      const broker = image.broker(id)
      if (!broker || this.#brokers.get(broker.id) === broker.fenced) continue
      this.#brokers.set(broker.id, broker.fenced)
      const type = broker.fenced ? "brokerFenced" : "brokerUnfenced"
      this.#emit({ type, node: broker.id, fields: { epoch: broker.epoch } })
    }
    const known = changes.isWhole ? [...this.#topics.keys()] : changes.removedTopics.map(({ name }) => name)
    for (const name of known) {
      const id = this.#topics.get(name)?.id
      if (id === undefined || image.topic(name)?.id === id) continue
      this.#topics.delete(name)
      this.#emit({ type: "topicDeleted", topic: name, fields: { id } })
    }
    const touched = changes.isWhole ? image.topics.keys() : [...changes.createdTopics, ...changes.partitions.keys()]
    for (const name of touched) {
      const topic = image.topic(name)
      if (!topic) continue
      const before = this.#topics.get(topic.name)
      // Entries are replaced when they change: the same one has nothing new.
      if (before === topic) continue
      this.#topics.set(topic.name, topic)
      if (!before)
        this.#emit({
          type: "topicCreated",
          topic: topic.name,
          fields: { id: topic.id, partitions: topic.partitions.length },
        })
      for (const partition of topic.partitions) this.#comparePartition(before?.partitions[partition.index], partition)
    }
  }

  #comparePartition(before: PartitionImage | undefined, after: PartitionImage): void {
    if (before === after) return
    const { topic, index: partition, leaderEpoch } = after
    const isr = after.isr.join(",")
    if (before?.leaderEpoch !== leaderEpoch || before.leader !== after.leader) {
      const type = after.leader < 0 ? "leaderLost" : "leaderElected"
      this.#emit({ type, node: after.leader, topic, partition, fields: { leader: after.leader, leaderEpoch, isr } })
    }
    if (before && before.isr.join(",") !== isr) {
      const type = after.isr.length < before.isr.length ? "isrShrunk" : "isrExpanded"
      this.#emit({ type, topic, partition, fields: { isr, before: before.isr.join(","), leaderEpoch } })
    }
  }
}
