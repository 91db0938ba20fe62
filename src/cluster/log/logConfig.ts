/** The configs of a topic that its logs act on, named as in Kafka's `LogConfig` with the unit last. */
export interface LogConfig {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly segmentIndexBytes: number
  readonly indexIntervalBytes: number
  readonly maxMessageBytes: number
  /** -1: for ever. */
  readonly retentionMs: number
  /** -1: without bound. */
  readonly retentionBytes: number
  readonly isDeleting: boolean
  readonly isCompacting: boolean
  readonly messageTimestampType: "CreateTime" | "LogAppendTime"
  readonly messageTimestampBeforeMaxMs: number
  readonly messageTimestampAfterMaxMs: number
  /** Flush after so many records; Kafka's default leaves it to the operating system. */
  readonly flushMessages: number
  readonly flushMs: number
  readonly fileDeleteDelayMs: number
  readonly deleteRetentionMs: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
  readonly minCleanableDirtyRatio: number
  /** "producer" stores batches as they came; another codec makes the leader compress anew. */
  readonly compressionType: "producer" | "uncompressed" | "gzip" | "snappy" | "lz4" | "zstd"
  /** Broker config `producer.id.expiration.ms`. */
  readonly producerIdExpirationMs: number
}

/** `Long.MAX_VALUE` is beyond a JS number; anything this large is "never". */
const NEVER = Number.MAX_SAFE_INTEGER

export const DEFAULT_LOG_CONFIG: LogConfig = {
  segmentBytes: 1 << 30,
  segmentMs: 7 * 24 * 3_600_000,
  segmentIndexBytes: 10 << 20,
  indexIntervalBytes: 4096,
  maxMessageBytes: 1_048_588,
  retentionMs: 7 * 24 * 3_600_000,
  retentionBytes: -1,
  isDeleting: true,
  isCompacting: false,
  messageTimestampType: "CreateTime",
  messageTimestampBeforeMaxMs: NEVER,
  messageTimestampAfterMaxMs: 3_600_000,
  flushMessages: NEVER,
  flushMs: NEVER,
  fileDeleteDelayMs: 60_000,
  deleteRetentionMs: 24 * 3_600_000,
  minCompactionLagMs: 0,
  maxCompactionLagMs: NEVER,
  minCleanableDirtyRatio: 0.5,
  compressionType: "producer",
  producerIdExpirationMs: 24 * 3_600_000,
}

/**
 * Reads a topic's configs: `topicValue("segment.ms")` gives the topic's effective value as text
 * (override or the broker's default), or undefined for Kafka's own default. Values were validated when they were set.
 */
export function logConfigOf(topicValue: (name: string) => string | undefined): LogConfig {
  const fallback = DEFAULT_LOG_CONFIG
  const number = (name: string, otherwise: number): number => {
    const text = topicValue(name)
    return text === undefined || text === "" ? otherwise : Math.min(Number(text), NEVER)
  }
  const policies = (topicValue("cleanup.policy") ?? "delete").split(",").map((policy) => policy.trim())
  return {
    segmentBytes: number("segment.bytes", fallback.segmentBytes),
    segmentMs: number("segment.ms", fallback.segmentMs),
    segmentIndexBytes: number("segment.index.bytes", fallback.segmentIndexBytes),
    indexIntervalBytes: number("index.interval.bytes", fallback.indexIntervalBytes),
    maxMessageBytes: number("max.message.bytes", fallback.maxMessageBytes),
    retentionMs: number("retention.ms", fallback.retentionMs),
    retentionBytes: number("retention.bytes", fallback.retentionBytes),
    isDeleting: policies.includes("delete"),
    isCompacting: policies.includes("compact"),
    messageTimestampType: topicValue("message.timestamp.type") === "LogAppendTime" ? "LogAppendTime" : "CreateTime",
    messageTimestampBeforeMaxMs: number("message.timestamp.before.max.ms", fallback.messageTimestampBeforeMaxMs),
    messageTimestampAfterMaxMs: number("message.timestamp.after.max.ms", fallback.messageTimestampAfterMaxMs),
    flushMessages: number("flush.messages", fallback.flushMessages),
    flushMs: number("flush.ms", fallback.flushMs),
    fileDeleteDelayMs: number("file.delete.delay.ms", fallback.fileDeleteDelayMs),
    deleteRetentionMs: number("delete.retention.ms", fallback.deleteRetentionMs),
    minCompactionLagMs: number("min.compaction.lag.ms", fallback.minCompactionLagMs),
    maxCompactionLagMs: number("max.compaction.lag.ms", fallback.maxCompactionLagMs),
    minCleanableDirtyRatio: number("min.cleanable.dirty.ratio", fallback.minCleanableDirtyRatio),
    compressionType: compressionTypeOf(topicValue("compression.type")),
    producerIdExpirationMs: number("producer.id.expiration.ms", fallback.producerIdExpirationMs),
  }
}

function compressionTypeOf(text: string | undefined): LogConfig["compressionType"] {
  switch (text) {
    case "uncompressed":
    case "gzip":
    case "snappy":
    case "lz4":
    case "zstd":
      return text
    default:
      return "producer"
  }
}
