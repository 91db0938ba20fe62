const MS_PER_MINUTE = 60_000

/** Kafka's broker configs that groups obey; Kafka: GroupCoordinatorConfig. */
export interface GroupConfig {
  readonly minSessionTimeoutMs: number
  readonly maxSessionTimeoutMs: number
  readonly initialRebalanceDelayMs: number
  readonly maxSize: number
  /** How long a member may wait in its first join, where it cannot heartbeat (Kafka: NEW_MEMBER_JOIN_TIMEOUT_MS). */
  readonly newMemberJoinTimeoutMs: number
  readonly offsetMetadataMaxBytes: number
  readonly offsetsRetentionMs: number
  readonly offsetsRetentionCheckIntervalMs: number
  /** How long a reply waits for its write to be replicated. */
  readonly writeTimeoutMs: number
  readonly consumerSessionTimeoutMs: number
  readonly consumerHeartbeatIntervalMs: number
  readonly consumerMaxSize: number
  /** Names of server-side assignors, the default first (KIP-848). */
  readonly consumerAssignors: readonly string[]
  readonly consumerMigrationPolicy: "disabled" | "upgrade" | "downgrade" | "bidirectional"
}

/** What a consumer group may have of its own (`kafka-configs --entity-type groups`), above the broker's. */
export interface ConsumerTimes {
  readonly sessionTimeoutMs: number
  readonly heartbeatIntervalMs: number
}

const NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * MS_PER_MINUTE
const MAX_INT32 = 2 ** 31 - 1

export const defaultGroupConfig: GroupConfig = {
  minSessionTimeoutMs: 6_000,
  maxSessionTimeoutMs: 30 * MS_PER_MINUTE,
  initialRebalanceDelayMs: 3_000,
  maxSize: MAX_INT32,
  newMemberJoinTimeoutMs: NEW_MEMBER_JOIN_TIMEOUT_MS,
  offsetMetadataMaxBytes: 4_096,
  offsetsRetentionMs: 7 * 24 * 60 * MS_PER_MINUTE,
  offsetsRetentionCheckIntervalMs: 10 * MS_PER_MINUTE,
  writeTimeoutMs: 5_000,
  consumerSessionTimeoutMs: 45_000,
  consumerHeartbeatIntervalMs: 5_000,
  consumerMaxSize: MAX_INT32,
  consumerAssignors: ["uniform", "range"],
  consumerMigrationPolicy: "bidirectional",
}

/** Reads Kafka's config names; what is absent has Kafka's default. `value` answers undefined for an unset name. */
export function groupConfigFrom(value: (name: string) => string | undefined): GroupConfig {
  const base = defaultGroupConfig
  const number = (name: string, fallback: number) => {
    const text = value(name)
    return text === undefined || text === "" ? fallback : Number(text)
  }
  const assignors = value("group.consumer.assignors")
  const minutes = number("offsets.retention.minutes", base.offsetsRetentionMs / MS_PER_MINUTE)
  return {
    minSessionTimeoutMs: number("group.min.session.timeout.ms", base.minSessionTimeoutMs),
    maxSessionTimeoutMs: number("group.max.session.timeout.ms", base.maxSessionTimeoutMs),
    initialRebalanceDelayMs: number("group.initial.rebalance.delay.ms", base.initialRebalanceDelayMs),
    maxSize: number("group.max.size", base.maxSize),
    newMemberJoinTimeoutMs: base.newMemberJoinTimeoutMs,
    offsetMetadataMaxBytes: number("offset.metadata.max.bytes", base.offsetMetadataMaxBytes),
    offsetsRetentionMs: minutes * MS_PER_MINUTE,
    offsetsRetentionCheckIntervalMs: number(
      "offsets.retention.check.interval.ms",
      base.offsetsRetentionCheckIntervalMs,
    ),
    writeTimeoutMs: number("offsets.commit.timeout.ms", base.writeTimeoutMs),
    consumerSessionTimeoutMs: number("group.consumer.session.timeout.ms", base.consumerSessionTimeoutMs),
    consumerHeartbeatIntervalMs: number("group.consumer.heartbeat.interval.ms", base.consumerHeartbeatIntervalMs),
    consumerMaxSize: number("group.consumer.max.size", base.consumerMaxSize),
    consumerAssignors: assignors ? assignors.split(",").map(assignorName) : base.consumerAssignors,
    consumerMigrationPolicy: migrationPolicy(value("group.consumer.migration.policy")),
  }
}

/** Kafka lets one write the assignor's class name as well as its short name. */
function assignorName(text: string): string {
  const name = text.trim()
  if (name.endsWith("UniformAssignor")) return "uniform"
  if (name.endsWith("RangeAssignor")) return "range"
  return name
}

function migrationPolicy(text: string | undefined): GroupConfig["consumerMigrationPolicy"] {
  switch (text?.toLowerCase()) {
    case "disabled":
    case "upgrade":
    case "downgrade":
      return text.toLowerCase() as "disabled" | "upgrade" | "downgrade"
    default:
      return defaultGroupConfig.consumerMigrationPolicy
  }
}
