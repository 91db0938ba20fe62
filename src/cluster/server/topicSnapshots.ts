import { createMergePatch } from "../../contract/mergePatch"
import type { PartitionSnapshot, TopicSnapshot } from "../../contract/snapshot"
import type { Cluster } from "../cluster"
import { NewestContents } from "../log/newestContents"
import type { PartitionLog } from "../log/partitionLog"
import type { PartitionImage, TopicImage } from "../state/metadata/imageEntries"
import { ConfigResourceType } from "../state/metadata/metadataImage"
import type { Partition } from "../state/replica/partition"
import { INTERNAL_TOPICS } from "../state/topicName"

type Topics = Readonly<Record<string, TopicSnapshot>>

/** So many topics are looked at anew with every snapshot, in turns, though nobody said that they changed. */
const LOOKED_AT_PER_SNAPSHOT = 64

/**
 * The topics of a cluster's snapshots. With thousands of them a record must not cost a look at all: what did not change
 * is the same object as in the snapshot before, which is also what makes a patch cheap.
 */
export class TopicSnapshots {
  readonly #cluster: Cluster
  #full: Topics | undefined
  #summary: { readonly offset: number; readonly topics: Topics } | undefined
  readonly #newest = new WeakMap<PartitionLog, NewestContents>()
  /** Names that are still to be looked at in this turn. */
  #turn: string[] = []

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Everything about the topics that are wanted; without a list about all. */
  full(wanted: readonly string[] | undefined): Topics {
    if (wanted) return this.#describe(chosen(this.#cluster.metadata.topics, wanted))
    const changed = this.#cluster.takeTopicChanges()
    if (!this.#full || changed === "all") {
      this.#full = this.#describe([...this.#cluster.metadata.topics.values()])
      return this.#full
    }
    this.#full = this.#withChanged(this.#full, new Set([...changed, ...this.#nextInTurn()]))
    return this.#full
  }

  /** Names and counts only: they change with the metadata alone. */
  summary(wanted: readonly string[] | undefined): Topics {
    const { topics, offset } = this.#cluster.metadata
    if (wanted) return Object.fromEntries(chosen(topics, wanted).map((topic) => [topic.name, summaryOf(topic)]))
    if (this.#summary?.offset === offset) return this.#summary.topics
    const before = this.#summary?.topics ?? {}
    const next: Record<string, TopicSnapshot> = {}
    for (const topic of topics.values()) {
      const known = before[topic.name]
      const isSame = known?.id === topic.id && known.partitionCount === topic.partitions.length
      next[topic.name] = isSame ? known : summaryOf(topic)
    }
    this.#summary = { offset, topics: next }
    return next
  }

  #describe(topics: readonly TopicImage[]): Topics {
    return Object.fromEntries(topics.map((topic) => [topic.name, this.#topic(topic)]))
  }

  #withChanged(before: Topics, names: Iterable<string>): Topics {
    let next: Record<string, TopicSnapshot> | undefined
    for (const name of names) {
      const image = this.#cluster.metadata.topic(name)
      const topic = image && this.#topic(image)
      if (createMergePatch(before[name] ?? null, topic ?? null) === undefined) continue
      next ??= { ...before }
      if (topic) next[name] = topic
      else delete next[name]
    }
    return next ?? before
  }

  #nextInTurn(): string[] {
    if (this.#turn.length === 0) this.#turn = [...this.#cluster.metadata.topics.keys()]
    return this.#turn.splice(-LOOKED_AT_PER_SNAPSHOT)
  }

  #topic({ id, name, partitions }: TopicImage): TopicSnapshot {
    const described: Record<string, PartitionSnapshot> = {}
    for (const partition of partitions) described[partition.index] = this.#partition(partition)
    const configs = Object.fromEntries(this.#cluster.metadata.configsOf(ConfigResourceType.topic, name))
    return { id, internal: INTERNAL_TOPICS.has(name), configs, partitions: described }
  }

  #partition(image: PartitionImage): PartitionSnapshot {
    const { leader, leaderEpoch, partitionEpoch, replicas, isr, elr } = image
    const logEnd: Record<string, number> = {}
    let best: Partition | undefined
    for (const id of replicas) {
      const replica = this.#replica(id, image)
      if (!replica) continue
      logEnd[id] = replica.logEndOffset
      // While the leader is down, whoever has most tells what is left.
      if (id === leader || (best?.isLeader !== true && replica.logEndOffset >= (best?.logEndOffset ?? 0)))
        best = replica
    }
    const newest = best && this.#newestOf(best)
    return {
      leader,
      leaderEpoch,
      partitionEpoch,
      replicas,
      isr,
      elr,
      // -1, as Kafka writes an offset that nobody knows.
      logStart: best?.logStartOffset ?? -1,
      highWatermark: best?.highWatermark ?? -1,
      lastStable: best?.lastStableOffset ?? -1,
      logEnd,
      ...(newest && { newest }),
      bytes: best?.log.bytes ?? 0,
      segments:
        best?.log.segments().map(({ baseOffset, bytes, closed }) => ({ base: baseOffset, bytes, closed })) ?? [],
      waiting: best?.waiting ?? [],
    }
  }

  #newestOf({ log, lastStableOffset }: Partition): PartitionSnapshot["newest"] {
    const contents = this.#newest.get(log) ?? new NewestContents(log)
    this.#newest.set(log, contents)
    return contents.runs(lastStableOffset)
  }

  #replica(brokerId: number, { topic, index }: PartitionImage): Partition | undefined {
    const replica = this.#cluster.nodes.get(brokerId)?.broker?.services.replicas.partition(topic, index)
    return typeof replica === "object" ? replica : undefined
  }
}

function summaryOf({ id, name, partitions }: TopicImage): TopicSnapshot {
  return { id, internal: INTERNAL_TOPICS.has(name), configs: {}, partitions: {}, partitionCount: partitions.length }
}

function chosen(topics: ReadonlyMap<string, TopicImage>, wanted: readonly string[]): TopicImage[] {
  return wanted.flatMap((name) => topics.get(name) ?? [])
}
