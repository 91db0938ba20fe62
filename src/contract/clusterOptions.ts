/** What an embedded cluster can be asked for at its start. What is absent has the default of `logbook cluster`. */
export interface ClusterOptions {
  /** Node ids are 1…brokers. Default 3. */
  readonly brokers?: number
  /** Voters of the controller quorum. Default 1. */
  readonly controllers?: 1 | 3
  readonly roles?: ClusterRoles
  /** One name per broker, in the order of their ids (Kafka: broker.rack). */
  readonly racks?: readonly string[]
  /** Node n listens on port + n - 1. 0 or absent: free ports. */
  readonly port?: number
  /** Folder that keeps the data. Absent: a temporary one that goes with the process. */
  readonly data?: string
  /** Kafka's broker configs, and topic configs by their broker names. */
  readonly configs?: Readonly<Record<string, string>>
  /** `NAME:PROTOCOL[:PORT]`, beside the plain one. */
  readonly listeners?: readonly string[]
  /** `MECHANISM:name:password`. */
  readonly users?: readonly string[]
  readonly profile?: ClusterProfile
}

/** `lessons`: short timers; `kafkajs-tests`: the cluster that kafkajs's own specs expect. */
export type ClusterProfile = "lessons" | "kafkajs-tests"

/**
 * `combined`: the first brokers are the controllers too, the default. `isolated`: controllers are nodes of their own,
 * with the ids after the brokers' (Kafka: process.roles).
 */
export type ClusterRoles = "combined" | "isolated"
