import type { KernelCluster } from "../contract/kernel"
import { createKit } from "./createKit"
import type { Kit } from "./kit"
import { ProgramContext } from "./programContext"

export type { AdminClient, TopicOptions } from "./admin"
export type { Consumer, ConsumerOptions, Handler, HandlerContext } from "./consumer"
export type { Health, HealthReport } from "./health"
export type { Kit, WorkerFunction, WorkerScope } from "./kit"
export type { ConsumerMetrics, Metrics, ProducerMetrics } from "./metrics"
export type { PartitionChoice, Partitioner } from "./partitioners"
export type { Preset, Presets } from "./presets"
export type { ProducerClient, ProducerOptions } from "./producer"
export type { IncomingRecord, OutgoingRecord, RecordPlace } from "./records"
export type { Lock, Store } from "./store"
export type { Trace, TraceContext } from "./trace"

export interface OpenKitOptions {
  /** Default: KAFKA_BOOTSTRAP, or 127.0.0.1:9092. */
  readonly bootstrap?: string | readonly string[]
  /** Kafka's client.properties: security.protocol, sasl.*, ssl.*. */
  readonly clientProperties?: Readonly<Record<string, string>>
  /** Put before the names of topics and groups. */
  readonly prefix?: string
  readonly clientId?: string
  /** Closes everything on SIGTERM and SIGINT, then ends the process. Default true. */
  readonly closesOnSignal?: boolean
}

/** The kit of a program outside of the notebook: the same names, and `close` for all that was opened. */
export interface ProgramKit extends Kit {
  /** Handlers under way finish, offsets are committed, groups are left. Never rejects. */
  close(): Promise<void>
}

/** Opens the kit in any Node program; no notebook, no embedded cluster. */
export function openKit(options: OpenKitOptions = {}): ProgramKit {
  const { clientProperties, prefix = "", clientId = "program", closesOnSignal = true } = options
  const bootstrap = options.bootstrap ?? process.env.KAFKA_BOOTSTRAP ?? "127.0.0.1:9092"
  const context = new ProgramContext()
  const cluster: KernelCluster = {
    kind: "connected",
    bootstrap: [bootstrap].flat().flatMap((text) => String(text).split(",")),
    prefix,
    readOnly: false,
    ...(clientProperties !== undefined && { clientProperties }),
  }
  const kit = createKit({ lessonId: clientId, cluster, current: () => context, record: () => {} })
  if (closesOnSignal) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => void context.close().then(() => process.exit(0)))
    }
  }
  return Object.create(kit, { close: { value: () => context.close(), enumerable: true } }) as ProgramKit
}
