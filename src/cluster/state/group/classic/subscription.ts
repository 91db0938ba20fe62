/** What consumers of the classic protocol say of themselves to their leader. Kafka: ConsumerProtocolSubscription. */
import { type ClassicGroup, CONSUMER_PROTOCOL_TYPE } from "./classicGroup"

/** Topics that any member subscribes to; undefined when a member's metadata cannot be read. */
export function subscribedTopics(group: ClassicGroup): ReadonlySet<string> | undefined {
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE || group.protocolName === null) return undefined
  const topics = new Set<string>()
  for (const member of group.members.values()) {
    const own = topicsOf(member.metadataFor(group.protocolName))
    if (!own) return undefined
    for (const topic of own) topics.add(topic)
  }
  return topics
}

/** Reads version i16, then an array of strings; later fields follow. Undefined when the bytes are something else. */
export function topicsOf(metadata: Buffer): readonly string[] | undefined {
  if (metadata.length < 6) return undefined
  const count = metadata.readInt32BE(2)
  const topics: string[] = []
  let position = 6
  for (let index = 0; index < count; index++) {
    if (position + 2 > metadata.length) return undefined
    const length = metadata.readInt16BE(position)
    position += 2
    if (length < 0 || position + length > metadata.length) return undefined
    topics.push(metadata.toString("utf8", position, position + length))
    position += length
  }
  return topics
}

/** Reads a member's assignment: version i16, then topics with partitions. Empty when it is something else. */
export function assignedPartitions(assignment: Buffer): { readonly topic: string; readonly partition: number }[] {
  const assigned: { topic: string; partition: number }[] = []
  if (assignment.length < 6) return assigned
  const count = assignment.readInt32BE(2)
  let position = 6
  for (let index = 0; index < count; index++) {
    if (position + 2 > assignment.length) return []
    const length = assignment.readInt16BE(position)
    const end = position + 2 + length
    if (length < 0 || end + 4 > assignment.length) return []
    const topic = assignment.toString("utf8", position + 2, end)
    const partitions = assignment.readInt32BE(end)
    position = end + 4
    if (partitions < 0 || position + partitions * 4 > assignment.length) return []
    for (let each = 0; each < partitions; each++) {
      assigned.push({ topic, partition: assignment.readInt32BE(position) })
      position += 4
    }
  }
  return assigned
}
