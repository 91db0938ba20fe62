import type { ChildProcess, SpawnSyncReturns } from "node:child_process"

export const kafkaVersion: string

export interface ApacheKafkaOptions {
  brokers?: number
  port?: number
  profile?: "lessons" | "defaults"
  configs?: Record<string, string>
}

export interface ApacheKafka {
  readonly bootstrap: string
  readonly folder: string
  readonly nodes: Map<number, ChildProcess>
  startNode(id: number): void
  stop(): Promise<void>
}

export function installApacheKafka(): string
export function startApacheKafka(options?: ApacheKafkaOptions): Promise<ApacheKafka>
export function runKafkaClass(
  className: string,
  toolArguments: readonly string[],
  options?: Record<string, unknown>,
): SpawnSyncReturns<string>
