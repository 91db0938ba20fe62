import type { ICustomPartitioner, IHeaders, Message } from "kafkajs"
import { InvalidPartitionError, type Partitioner, partitioners } from "./partitioners"

/**
 * kafkajs's form of a partitioner, which also remembers where each message went: kafkajs answers per partition, not
 * per message.
 */
export class PartitionChooser {
  readonly #partitioner: Partitioner
  readonly #chosen = new WeakMap<Message, number>()

  constructor(partitioner: Partitioner | undefined) {
    this.#partitioner = partitioner ?? partitioners.murmur2
  }

  readonly create: ICustomPartitioner = () => (given) => {
    const { topic, message, partitionMetadata } = given
    // kafkajs gives the caller's own object, and asks anew for each attempt: a retry must not change the partition.
    const before = this.#chosen.get(message as Message)
    const partition = before ?? message.partition ?? this.#choose(topic, message, partitionMetadata)
    this.#chosen.set(message as Message, partition)
    return partition
  }

  partitionOf(message: Message): number | undefined {
    return this.#chosen.get(message)
  }

  #choose(topic: string, message: Message, metadata: readonly { partitionId: number; leader: number }[]): number {
    const partition = this.#partitioner.partition({
      topic,
      key: bytesOf(message.key),
      value: bytesOf(message.value),
      headers: firstHeaders(message.headers),
      timestamp: message.timestamp === undefined ? Date.now() : Number(message.timestamp),
      partitionCount: metadata.length,
      available: metadata
        .filter(({ leader }) => leader >= 0)
        .map(({ partitionId }) => partitionId)
        .sort((a, b) => a - b),
    })
    if (Number.isInteger(partition) && partition >= 0 && partition < metadata.length) return partition
    throw new InvalidPartitionError(
      `The partitioner "${this.#partitioner.name}" chose partition ${partition}, but ${topic} has only ${metadata.length}.`,
    )
  }
}

function bytesOf(value: Buffer | string | null | undefined): Buffer | null {
  if (value === null || value === undefined) return null
  return typeof value === "string" ? Buffer.from(value) : value
}

function firstHeaders(headers: IHeaders = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String([value].flat()[0] ?? "")]))
}
