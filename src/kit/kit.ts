import type { KafkaConfig } from "kafkajs"
import type { AdminClient } from "./admin"
import type { Consumer, ConsumerOptions } from "./consumer"
import type { Display } from "./display"
import type { Expect } from "./expect"
import type { Faults } from "./faults"
import type { Health } from "./health"
import type { Live } from "./live"
import type { Metrics } from "./metrics"
import type { Partitioners } from "./partitioners"
import type { PresetName, Presets } from "./presets"
import type { ProducerClient, ProducerOptions } from "./producer"
import type { Request } from "./request"
import type { Sequence } from "./sequence"
import type { Store, StoreOptions } from "./store"
import type { Trace } from "./trace"
import type { UntilOptions } from "./until"
import type { Worker } from "./worker"

/** Everything that a cell imports from "kit". */
export interface Kit {
  /** What `new Kafka(…)` of kafkajs needs to reach this lesson's cluster. */
  connection(): KafkaConfig
  /** The name of a topic of this lesson: as it is on the lesson's own cluster, with the reader's prefix elsewhere. */
  topic(name: string): string
  /** The name of a consumer group of this lesson. */
  group(name: string): string
  /** A connected producer; a preset's name, or what differs from one. It is closed with its cell. */
  createProducer(options?: PresetName | ProducerOptions): Promise<ProducerClient>
  /** A connected consumer, by its group's name or options; it reads once it has subscribed. */
  createConsumer(options: string | ConsumerOptions): Promise<Consumer>
  createAdmin(): Promise<AdminClient>
  /** Settings for development and for production, each with its reason. */
  readonly presets: Presets
  /** A trace id that goes along with records, and logs that carry it. */
  readonly trace: Trace
  /** Tries the cluster step by step, up to a record that is acknowledged. */
  readonly health: Health
  /** What this lesson's producers and consumers have done; also for Prometheus. */
  readonly metrics: Metrics
  readonly partitioners: Partitioners
  /** A transactional store for idempotent processing; closed with its cell. */
  createStore(options?: StoreOptions): Promise<Store>
  /** Runs a function in a process of its own; it sees `data` and the kit, nothing of the cell. */
  startWorker<Data = undefined>(action: WorkerFunction<Data>, data?: Data): Promise<Worker>
  /** Any request of the Kafka protocol. */
  readonly request: Request
  /** Breaks the embedded cluster, and mends it. */
  readonly faults: Faults
  readonly display: Display
  /** A diagram that follows the cluster, as a cell's value. */
  readonly live: Live
  /** Records the requests of an action for a diagram. */
  readonly sequence: Sequence
  /** Waits until the predicate gives something true, and gives it back. */
  until<T>(predicate: () => T | Promise<T>, options?: UntilOptions): Promise<T>
  /** States a fact that a check proves. */
  readonly expect: Expect
  /** What is wrong with a name by the rules of the house, or undefined. */
  checkTopicName(name: string): string | undefined
  checkGroupName(name: string): string | undefined
  /** Aborted when the cell is interrupted or run again. */
  readonly signal: AbortSignal
}

/** What the function of `startWorker` gets: the kit, its data, and a way to answer. */
export type WorkerScope<Data> = Kit & {
  /** What was given at the start: plain data. */
  readonly data: Data
  /** Sends plain data to the cell. */
  post(message: unknown): void
}

/** What runs in a process of its own: it sees nothing of the cell but `data`, and the kit. */
export type WorkerFunction<Data> = (scope: WorkerScope<Data>) => unknown
