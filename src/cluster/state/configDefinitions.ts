import data from "./data/configs.json"

/** Every config of Apache Kafka 4.1: src/cluster/state/data/configs.json holds what Kafka's own `ConfigDef`s say. */
export interface ConfigDefinition {
  readonly name: string
  readonly type: ConfigType
  /** Absent: Kafka knows no default (null). */
  readonly default?: string
  /** The valid range or choice as Kafka prints it: `[1,...]`, `[compact, delete]`. */
  readonly valid?: string
  /** How a broker config can change while the broker runs. Absent: not at all. */
  readonly dynamic?: "per-broker" | "cluster-wide"
  /** Of a topic config: the broker configs that are its default, the first that is set wins. */
  readonly synonyms?: readonly string[]
  readonly documentation: string
}

export type ConfigType = "BOOLEAN" | "STRING" | "INT" | "SHORT" | "LONG" | "DOUBLE" | "LIST" | "CLASS" | "PASSWORD"

export const topicConfigs = byName(data.topic)
export const brokerConfigs = byName(data.broker)
export const groupConfigs = byName(data.group)

/**
 * The configs that this cluster acts on. Every other one can be set and described, and changes nothing:
 * threads, socket buffers, tiered storage, Kerberos and the like have no counterpart in one Node process.
 */
export const CONFIGS_ACTED_ON: readonly string[] = [
  // Topics: see log/logConfig.ts.
  "cleanup.policy",
  "compression.type",
  "delete.retention.ms",
  "file.delete.delay.ms",
  "flush.messages",
  "flush.ms",
  "index.interval.bytes",
  "max.compaction.lag.ms",
  "max.message.bytes",
  "message.timestamp.after.max.ms",
  "message.timestamp.before.max.ms",
  "message.timestamp.type",
  "min.cleanable.dirty.ratio",
  "min.compaction.lag.ms",
  "min.insync.replicas",
  "retention.bytes",
  "retention.ms",
  "segment.bytes",
  "segment.index.bytes",
  "segment.ms",
  "unclean.leader.election.enable",
  // Brokers, beside the defaults of the topic configs.
  "auto.create.topics.enable",
  "auto.leader.rebalance.enable",
  "broker.heartbeat.interval.ms",
  "broker.rack",
  "broker.session.timeout.ms",
  "connections.max.idle.ms",
  "default.replication.factor",
  "delete.topic.enable",
  "group.initial.rebalance.delay.ms",
  "group.max.session.timeout.ms",
  "group.max.size",
  "group.min.session.timeout.ms",
  "leader.imbalance.check.interval.seconds",
  "log.cleaner.backoff.ms",
  "log.retention.check.interval.ms",
  "metadata.max.idle.interval.ms",
  "num.partitions",
  "offset.metadata.max.bytes",
  "offsets.retention.check.interval.ms",
  "offsets.retention.minutes",
  "offsets.topic.num.partitions",
  "offsets.topic.replication.factor",
  "producer.id.expiration.ms",
  "replica.fetch.max.bytes",
  "replica.fetch.wait.max.ms",
  "replica.lag.time.max.ms",
  "transaction.abort.timed.out.transaction.cleanup.interval.ms",
  "transaction.max.timeout.ms",
  "transaction.state.log.min.isr",
  "transaction.state.log.num.partitions",
  "transaction.state.log.replication.factor",
  "transactional.id.expiration.ms",
]

/** Milliseconds in the unit that an older synonym of a config counts in (Kafka: ConfigSynonym's converters). */
export function millisecondsPerUnit(synonym: string): number {
  if (synonym.endsWith(".hours")) return 3_600_000
  if (synonym.endsWith(".minutes")) return 60_000
  return 1
}

function byName(definitions: readonly unknown[]): ReadonlyMap<string, ConfigDefinition> {
  return new Map((definitions as readonly ConfigDefinition[]).map((definition) => [definition.name, definition]))
}
