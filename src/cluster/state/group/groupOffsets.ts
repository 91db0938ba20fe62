import type { OffsetValue } from "./groupRecords"

/** What one group has committed. Nested by topic and partition, since topic names may hold any separator. */
export class GroupOffsets {
  readonly topics = new Map<string, Map<number, OffsetValue>>()
  /** Offsets written in transactions whose end is not known yet, by producer id. */
  readonly pending = new Map<number, Map<string, Map<number, OffsetValue>>>()

  get(topic: string, partition: number): OffsetValue | undefined {
    return this.topics.get(topic)?.get(partition)
  }

  set(topic: string, partition: number, value: OffsetValue | null): void {
    put(this.topics, topic, partition, value)
  }

  setPending(producerId: number, topic: string, partition: number, value: OffsetValue | null): void {
    let topics = this.pending.get(producerId)
    if (!topics) {
      topics = new Map()
      this.pending.set(producerId, topics)
    }
    put(topics, topic, partition, value)
  }

  hasPending(topic: string, partition: number): boolean {
    for (const topics of this.pending.values()) if (topics.get(topic)?.has(partition)) return true
    return false
  }

  /** A committed transaction's offsets become the group's; an aborted one's are forgotten. */
  completeTransaction(producerId: number, committed: boolean): void {
    const topics = this.pending.get(producerId)
    this.pending.delete(producerId)
    if (!committed || !topics) return
    for (const [topic, partitions] of topics) {
      for (const [partition, value] of partitions) this.set(topic, partition, value)
    }
  }

  get isEmpty(): boolean {
    return this.topics.size === 0 && this.pending.size === 0
  }

  *entries(): Generator<{ topic: string; partition: number; value: OffsetValue }> {
    for (const [topic, partitions] of this.topics) {
      for (const [partition, value] of partitions) yield { topic, partition, value }
    }
  }
}

function put(
  topics: Map<string, Map<number, OffsetValue>>,
  topic: string,
  partition: number,
  value: OffsetValue | null,
): void {
  const partitions = topics.get(topic)
  if (value !== null) {
    if (partitions) partitions.set(partition, value)
    else topics.set(topic, new Map([[partition, value]]))
    return
  }
  if (partitions?.delete(partition) && partitions.size === 0) topics.delete(topic)
}
