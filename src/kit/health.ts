import type { AdminClient } from "./admin"
import type { ProducerClient } from "./producer"

export interface HealthOptions {
  /** Where the probe record goes. Default: "logbook.health.probe" with the reader's prefix, created when missing. */
  readonly topic?: string
  /** False: looks only, writes nothing. */
  readonly write?: boolean
}

/** One thing that was tried. */
export interface HealthCheck {
  readonly name: "connect" | "metadata" | "leaders" | "write"
  readonly ok: boolean
  readonly ms: number
  readonly detail: string
}

export interface HealthReport {
  /** True when everything that was tried worked. */
  readonly ok: boolean
  readonly checks: readonly HealthCheck[]
}

/**
 * Tries the cluster step by step: a connection, its metadata, leaders for every partition, and a record that is
 * acknowledged by all of the ISR. A broker that answers a ping may well refuse every write.
 */
export type Health = (options?: HealthOptions) => Promise<HealthReport>

export interface HealthParts {
  readonly openAdmin: () => Promise<AdminClient>
  readonly openProducer: () => Promise<ProducerClient>
  readonly topic: (name: string) => string
}

export function createHealth(parts: HealthParts): Health {
  return async ({ topic = parts.topic("logbook.health.probe"), write = true } = {}) => {
    const checks: HealthCheck[] = []
    const attempt = async (name: HealthCheck["name"], action: () => Promise<string>): Promise<boolean> => {
      const started = performance.now()
      const [ok, detail]: [boolean, string] = await action().then(
        (text): [boolean, string] => [true, text],
        (error: unknown): [boolean, string] => [false, describe(error)],
      )
      checks.push({ name, ok, ms: Math.round(performance.now() - started), detail })
      return ok
    }
    let admin: AdminClient | undefined
    try {
      const isConnected = await attempt("connect", async () => {
        admin = await parts.openAdmin()
        return "a broker answers"
      })
      const connected = admin
      if (isConnected && connected !== undefined) {
        await attempt("metadata", () => describeBrokers(connected))
        await attempt("leaders", () => findLeaderless(connected))
        if (write) await attempt("write", () => writeProbe(parts, connected, topic))
      }
    } finally {
      await admin?.close()
    }
    return { ok: checks.every(({ ok }) => ok), checks }
  }
}

async function describeBrokers(admin: AdminClient): Promise<string> {
  const { brokers } = await admin.kafkajs.describeCluster()
  return `${brokers.length} brokers: ${brokers
    .map(({ nodeId }) => nodeId)
    .sort()
    .join(", ")}`
}

async function findLeaderless(admin: AdminClient): Promise<string> {
  const { topics } = await admin.kafkajs.fetchTopicMetadata()
  const leaderless = topics.flatMap(({ name, partitions }) =>
    partitions.filter(({ leader }) => leader < 0).map(({ partitionId }) => `${name}-${partitionId}`),
  )
  if (leaderless.length > 0) throw new Error(`without a leader: ${leaderless.slice(0, 5).join(", ")}`)
  return "every partition has a leader"
}

async function writeProbe({ openProducer }: HealthParts, admin: AdminClient, topic: string): Promise<string> {
  if (!(await admin.topicExists(topic))) await admin.createTopic(topic, { configs: { "retention.ms": 60_000 } })
  const producer = await openProducer()
  try {
    const [place] = await producer.send(topic, { key: "probe", value: new Date().toISOString() })
    return `acknowledged at offset ${place?.offset ?? -1} of ${topic}`
  } finally {
    await producer.close()
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? error.cause : error
  return "type" in cause && typeof cause.type === "string" ? `${cause.type}: ${cause.message}` : cause.message
}
