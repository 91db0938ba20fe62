/** A Kafka client that others wrote, behind one small interface: a command in, its outcome out. */
export interface Client {
  readonly name: string
  /** What it can do; what is not named here is not asked of it. */
  readonly can: readonly Ability[]
  /** Whether its transactions follow KIP-890's second part (transaction.version 2). */
  readonly speaksTransactions2: boolean
  /** Its version, or undefined and the reason where it is not to be had on this machine. */
  prepare(): Promise<{ version: string } | { missing: string }>
  /** @param signal gives up what a failed test no longer waits for: a program of its own would go on without it */
  run(task: Task, signal?: AbortSignal): Promise<Outcome>
}

export type Ability =
  | "create"
  | Codec
  | "idempotent"
  | "offset"
  | "time"
  | "classic group"
  | "consumer group"
  | "committed"
  | "admin"
  | "SASL_SSL"
  | "transactional"
  | "read_committed"
  | "read_uncommitted"

export type Codec = "none" | "gzip" | "snappy" | "lz4" | "zstd"

export interface Task {
  readonly command: "create" | "produce" | "consume" | "group" | "committed" | "admin" | "transact" | "transfers"
  readonly bootstrap: string
  readonly topic: string
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly partition?: number
  readonly codec?: Codec
  readonly idempotent?: boolean
  readonly count?: number
  readonly offset?: number
  readonly timestampMs?: number
  readonly group?: string
  readonly protocol?: "classic" | "consumer"
  readonly transactionalId?: string
  readonly transactionTimeoutMs?: number
  readonly isolation?: "read_committed" | "read_uncommitted"
  /** Between two transfers, so that brokers have the time to die amid them. */
  readonly paceMs?: number
  readonly security?: Security
}

export interface Security {
  readonly mechanism: "SCRAM-SHA-256" | "SCRAM-SHA-512"
  readonly username: string
  readonly password: string
  /** Path of the certificate that signed the brokers', PEM. */
  readonly ca: string
}

export interface Outcome {
  readonly firstOffset?: number
  readonly values?: readonly string[]
  readonly assignments?: readonly (readonly number[])[]
  readonly received?: number
  readonly offsets?: Readonly<Record<string, number>>
  readonly listed?: boolean
  readonly partitions?: number
  readonly retentionMs?: string
  /** Whether a producer whose transactional id another one took over was told so. */
  readonly fenced?: boolean
  /** The transfers whose commit, or whose abort, was acknowledged. */
  readonly committed?: readonly number[]
  readonly aborted?: readonly number[]
}

/** Whether every member owns something, and together they own each partition once: no rebalance is under way. */
export function isSharedOut(owned: readonly (readonly number[])[], partitions: number): boolean {
  const all = owned.flat()
  return owned.every((each) => each.length > 0) && all.length === partitions && new Set(all).size === partitions
}
