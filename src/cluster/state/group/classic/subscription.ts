/** What consumers of the classic protocol say of themselves to their leader. Kafka: ConsumerProtocolSubscription. */
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  readConsumerProtocol,
} from "../../../../protocol/record/consumerProtocol"
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

/** The topics of a member's subscription. Undefined when the bytes are something else. */
export function topicsOf(metadata: Buffer): readonly string[] | undefined {
  return readConsumerProtocol(consumerProtocolSubscription, metadata)?.topics
}

/** The partitions of a member's assignment. Empty when the bytes are something else. */
export function assignedPartitions(assignment: Buffer): { readonly topic: string; readonly partition: number }[] {
  const assigned = readConsumerProtocol(consumerProtocolAssignment, assignment)?.assignedPartitions ?? []
  return assigned.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}
