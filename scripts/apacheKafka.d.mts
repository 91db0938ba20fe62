import type { ChildProcess, SpawnSyncReturns } from "node:child_process"

export const kafkaVersion: string

export interface ApacheKafkaOptions {
  brokers?: number
  /** The first of the brokers are controllers too; default: all of them. */
  controllers?: number
  port?: number
  profile?: "lessons" | "defaults"
  configs?: Record<string, string>
  /** Stands between the nodes: given a node and a port of its, answers the port under which others are to reach it. */
  relay?: (id: number, port: number) => Promise<number>
}

export interface ApacheKafka {
  readonly bootstrap: string
  readonly folder: string
  readonly nodes: Map<number, ChildProcess>
  startNode(id: number): Promise<void>
  stop(): Promise<void>
}

/** With its folders formatted, and not started. */
export interface FormattedKafka extends ApacheKafka {
  start(): Promise<void>
}

export function installApacheKafka(): string
export function startApacheKafka(options?: ApacheKafkaOptions): Promise<ApacheKafka>
export function formatApacheKafka(options?: ApacheKafkaOptions): Promise<FormattedKafka>
export function runKafkaClass(
  className: string,
  toolArguments: readonly string[],
  options?: Record<string, unknown>,
): SpawnSyncReturns<string>
