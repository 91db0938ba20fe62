import { createTopics } from "../../../protocol/api/19_createTopics"
import { deleteTopics } from "../../../protocol/api/20_deleteTopics"
import { createPartitions } from "../../../protocol/api/37_createPartitions"
import type { RequestOf } from "../../../protocol/schema"
import type { MetadataImage } from "../metadata/metadataImage"

/** The partitions that a request is to create or delete: what controller_mutation_rate counts (KIP-599). */
export function mutationsOf(apiKey: number, request: unknown, image: MetadataImage): number {
  switch (apiKey) {
    case createTopics.key:
      return created(request as RequestOf<typeof createTopics>)
    case createPartitions.key:
      return added(request as RequestOf<typeof createPartitions>, image)
    case deleteTopics.key:
      return deleted(request as RequestOf<typeof deleteTopics>, image)
    default:
      return 0
  }
}

function created({ topics, validateOnly }: RequestOf<typeof createTopics>): number {
  if (validateOnly) return 0
  return topics.reduce(
    (sum, { assignments, numPartitions }) => sum + (assignments.length || Math.max(numPartitions, 1)),
    0,
  )
}

function added({ topics, validateOnly }: RequestOf<typeof createPartitions>, image: MetadataImage): number {
  if (validateOnly) return 0
  return topics.reduce((sum, { name, count }) => sum + Math.max(0, count - partitionsOf(image, name)), 0)
}

/** Up to v5 topics come as names alone. */
function deleted({ topics, topicNames }: RequestOf<typeof deleteTopics>, image: MetadataImage): number {
  const names = [...topicNames, ...topics.map(({ name, topicId }) => name ?? image.topicById(topicId)?.name ?? "")]
  return names.reduce((sum, name) => sum + partitionsOf(image, name), 0)
}

function partitionsOf(image: MetadataImage, topic: string): number {
  return image.topic(topic)?.partitions.length ?? 0
}
