import { type Admin, KafkaJSError, KafkaJSNumberOfRetriesExceeded } from "kafkajs"

/** Metadata reaches every broker a moment after the controller has answered; this is more than any moment seen. */
const LEADER_LIMIT_MS = 15_000

const POLL_INTERVAL_MS = 30

/**
 * An admin whose `createTopics` really waits for leaders: kafkajs gives up with UNKNOWN_TOPIC_OR_PARTITION when the
 * broker that it asks has not heard of the topic yet; and where one broker knows who leads, the leader itself may not. It
 * would refuse the first record, and a producer that tries again asks its partitioner again: round robin loses its turn.
 */
export function patientAdmin(admin: Admin): Admin {
  return {
    ...admin,
    createTopics: async (options: Parameters<Admin["createTopics"]>[0]) => {
      const isNew = await admin.createTopics({ ...options, waitForLeaders: false })
      if (isNew && options.waitForLeaders !== false && !options.validateOnly) {
        await waitForLeaders(
          admin,
          options.topics.map(({ topic }) => topic),
          options.timeout ?? LEADER_LIMIT_MS,
        )
      }
      return isNew
    },
  }
}

async function waitForLeaders(admin: Admin, names: readonly string[], timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [...names] })
      if (topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) {
        for (const name of names) await admin.fetchTopicOffsets(name)
        return
      }
    } catch (error) {
      if (!isNotYet(error) || performance.now() > deadline) throw error
    }
    if (performance.now() > deadline) throw new Error(`No leader within ${timeoutMs} ms for ${names.join(", ")}.`)
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS))
  }
}

/** Protocol errors and lost connections carry kafkajs's own judgement, those that it tried again too. */
function isNotYet(error: unknown): boolean {
  if (error instanceof KafkaJSNumberOfRetriesExceeded) return isNotYet(error.cause)
  return error instanceof KafkaJSError && error.retriable
}
