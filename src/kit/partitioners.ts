import { keyHashes } from "../diagram/keyHashes"

/** What a partitioner may look at. */
export interface PartitionChoice {
  readonly topic: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** The first value of each header. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly partitionCount: number
  /** Partitions that have a leader now. */
  readonly available: readonly number[]
}

/** Chooses a partition for a record that names none. */
export interface Partitioner {
  readonly name: string
  partition(choice: PartitionChoice): number
}

/** A partitioner whose choice depends on the key alone; records without a key go round. */
export interface KeyPartitioner extends Partitioner {
  /** The hash of a key, unsigned. */
  hash(key: string | Uint8Array): number
  partitionOf(key: string | Uint8Array, partitionCount: number): number
}

export interface Partitioners {
  /** Java's default, and kafkajs's since 2.0. */
  readonly murmur2: KeyPartitioner
  /** sarama's and kafka-go's default. */
  readonly fnv1a: KeyPartitioner
  /** librdkafka's default. */
  readonly crc32: KeyPartitioner
  /** Keyless records stay on one partition until `batchBytes` (KIP-794); keys by murmur2. */
  sticky(options?: { batchBytes?: number; random?: () => number }): Partitioner
  /**
   * By the header "region". Flaws to see: with fewer partitions than regions its answer is no partition at all; a
   * region's load decides a partition's; records without a region lose their order.
   */
  region(regions?: readonly string[], random?: () => number): Partitioner
  /**
   * Header "priority: high" to partition 0, the rest elsewhere. Flaws to see: with one partition there is no
   * elsewhere; a key's order is lost between priorities; nobody reads partition 0 first.
   */
  priority(random?: () => number): Partitioner
  /** By the hour of the record's time. Flaw to see: one partition takes everything for an hour. */
  time(): Partitioner
}

/** The partitioner's answer is no partition of the topic: what sarama calls ErrInvalidPartition. */
export class InvalidPartitionError extends Error {
  override readonly name = "InvalidPartitionError"
}

export const partitioners: Partitioners = {
  murmur2: keyPartitioner("murmur2", 0),
  fnv1a: keyPartitioner("fnv1a", 1),
  crc32: keyPartitioner("crc32", 2),
  sticky: ({ batchBytes = 16_384, random = Math.random } = {}) => stickyPartitioner(batchBytes, random),
  region: (regions = ["north", "south", "east", "west"], random = Math.random) => ({
    name: "region",
    partition: ({ headers, partitionCount }) => {
      const index = regions.indexOf(headers.region ?? "")
      // As the notes had it: the region's own number, whether the topic has that partition or not.
      return index === -1 ? Math.floor(random() * partitionCount) : index
    },
  }),
  priority: (random = Math.random) => ({
    name: "priority",
    partition: ({ headers, partitionCount }) => {
      if (headers.priority === "high") return 0
      if (partitionCount === 1)
        throw new InvalidPartitionError("Beside partition 0 there is no partition for the rest.")
      return 1 + Math.floor(random() * (partitionCount - 1))
    },
  }),
  time: () => ({
    name: "time",
    partition: ({ timestamp, partitionCount }) => new Date(timestamp).getHours() % partitionCount,
  }),
}

function keyPartitioner(name: string, index: number): KeyPartitioner {
  const way = keyHashes[index]
  if (way === undefined) throw new Error(`There is no hash ${index}.`)
  const hash = (key: string | Uint8Array) => way.hash(typeof key === "string" ? Buffer.from(key) : key)
  const partitionOf = (key: string | Uint8Array, count: number) => way.partition(hash(key), count)
  const next = roundRobin()
  return {
    name,
    hash,
    partitionOf,
    partition: (choice) => (choice.key === null ? next(choice) : partitionOf(choice.key, choice.partitionCount)),
  }
}

/** The available partitions of each topic in turn. */
function roundRobin() {
  const turns = new Map<string, number>()
  return ({ topic, available, partitionCount }: PartitionChoice): number => {
    const turn = turns.get(topic) ?? 0
    turns.set(topic, turn + 1)
    return available.length === 0 ? turn % partitionCount : (available[turn % available.length] ?? 0)
  }
}

/** BuiltInPartitioner without its weights by queue length: a client without linger has no queue. */
function stickyPartitioner(batchBytes: number, random: () => number): Partitioner {
  const stays = new Map<string, { partition: number; bytes: number }>()
  return {
    name: "sticky",
    partition: ({ topic, key, value, available, partitionCount }) => {
      if (key !== null) return partitioners.murmur2.partitionOf(key, partitionCount)
      const stay = stays.get(topic)
      const size = value?.length ?? 0
      if (stay !== undefined && stay.bytes < batchBytes) {
        stay.bytes += size
        return stay.partition
      }
      const candidates =
        available.length === 0 ? Array.from({ length: partitionCount }, (_, index) => index) : available
      const others = candidates.filter((partition) => partition !== stay?.partition)
      const from = others.length === 0 ? candidates : others
      const partition = from[Math.floor(random() * from.length)] ?? 0
      stays.set(topic, { partition, bytes: size })
      return partition
    },
  }
}
