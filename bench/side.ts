import { join } from "node:path"
import { Kafka, logLevel } from "kafkajs"
import { formatApacheKafka } from "../scripts/apacheKafka.mjs"
import { startCluster } from "../src/process/cluster"
import { until } from "./patience"
import { residentMiB } from "./report"

/** What is compared: a cluster of three brokers on loopback, and what was measured of it, a number a round. */
export interface Side {
  readonly name: string
  readonly bootstrap: string
  readonly figures: Map<string, number[]>
  memoryMiB(): number
  stop(): Promise<void>
}

/** How one of the two comes up; `figures` outlives its clusters. */
export interface Starter {
  readonly name: string
  readonly figures: Map<string, number[]>
  /** Everything that is no part of the start itself: ports, formatted folders. */
  prepare(): Promise<{ start(): Promise<Omit<Side, "name" | "figures">>; stop(): Promise<void> }>
}

export const embedded: Starter = {
  name: "embedded cluster",
  figures: new Map(),
  prepare: async () => ({
    start: async () => {
      const cluster = await startCluster({ script: join(process.env.LOGBOOK_ROOT ?? ".", "dist", "cluster.js") })
      return {
        bootstrap: cluster.bootstrap,
        memoryMiB: () => residentMiB(cluster.pid),
        stop: () => cluster.stop(),
      }
    },
    // A child that did not come up has ended, and one that did ends with our channel.
    stop: async () => {},
  }),
}

export const apacheKafka: Starter = {
  name: "Apache Kafka",
  figures: new Map(),
  prepare: async () => {
    const kafka = await formatApacheKafka()
    return {
      start: async () => {
        await kafka.start()
        return {
          bootstrap: kafka.bootstrap,
          memoryMiB: () => [...kafka.nodes.values()].reduce((sum, { pid }) => sum + residentMiB(pid ?? 0), 0),
          stop: () => kafka.stop(),
        }
      },
      stop: () => kafka.stop(),
    }
  },
}

export function note({ figures }: Pick<Side, "figures">, figure: string, measured: number): void {
  figures.set(figure, [...(figures.get(figure) ?? []), measured])
}

export function kafkaOf({ bootstrap }: Pick<Side, "bootstrap">): Kafka {
  const retry = { initialRetryTime: 50, maxRetryTime: 1_000, retries: 50 }
  return new Kafka({ brokers: bootstrap.split(","), clientId: "bench", logLevel: logLevel.NOTHING, retry })
}

/** Three partitions on all three brokers; asked again while brokers are still to register. */
export async function createTopics(kafka: Kafka, names: readonly string[]): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const topics = names.map((topic) => ({ topic, numPartitions: 3, replicationFactor: 3 }))
  await until(() => admin.createTopics({ waitForLeaders: true, topics }))
  await admin.disconnect()
}

export async function deleteTopics(kafka: Kafka, topics: string[]): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.deleteTopics({ topics })
  await admin.disconnect()
}
