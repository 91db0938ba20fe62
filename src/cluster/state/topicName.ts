/** Topics that the cluster keeps its own state in (Kafka: Topic.INTERNAL_TOPICS). */
export const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  "__consumer_offsets",
  "__transaction_state",
  "__share_group_state",
])

export const CLUSTER_METADATA_TOPIC = "__cluster_metadata"

const MAX_NAME_LENGTH = 249

/** Kafka's sentence (Topic.validate) for INVALID_TOPIC_EXCEPTION, or undefined where the name is good. */
export function refuseTopicName(name: string): string | undefined {
  if (name === "") return "Topic name is invalid: the empty string is not allowed"
  if (name === "." || name === "..") return `Topic name is invalid: '${name}' is not allowed`
  if (name.length > MAX_NAME_LENGTH) {
    return `Topic name is invalid: the length of '${name}' is longer than the max allowed length ${MAX_NAME_LENGTH}`
  }
  if (/^[a-zA-Z0-9._-]+$/.test(name)) return undefined
  return `Topic name is invalid: '${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`
}
