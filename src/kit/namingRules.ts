/** Kafka's own limits: org.apache.kafka.common.internals.Topic. */
const MAX_TOPIC_NAME_LENGTH = 249

/**
 * What is wrong with a topic's name, or undefined: what Kafka refuses, and the rule of the house,
 * `{domain}.{entity}.{event}` in lower case.
 */
export function checkTopicName(name: string): string | undefined {
  if (name === "" || name === "." || name === "..") return `"${name}" cannot be a topic's name.`
  if (name.length > MAX_TOPIC_NAME_LENGTH) return `A topic's name has at most ${MAX_TOPIC_NAME_LENGTH} characters.`
  if (!/^[\w.-]+$/.test(name)) return "A topic's name has letters, digits, '.', '_' and '-' only."
  if (name.includes("_") && name.includes(".")) {
    return "'.' and '_' in names become the same in metrics' names: use one of them."
  }
  if (!/^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*){2}$/.test(name)) {
    return `"${name}" is not {domain}.{entity}.{event}, such as user.events.registered.`
  }
  return undefined
}

/** What is wrong with a group's name by the rule `{service}.{purpose}.group`, or undefined. */
export function checkGroupName(name: string): string | undefined {
  if (name === "") return "A consumer group needs a name."
  return /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\.group$/.test(name)
    ? undefined
    : `"${name}" is not {service}.{purpose}.group, such as notification-service.user-events.group.`
}
