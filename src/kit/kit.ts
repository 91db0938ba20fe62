import type { Kafka, KafkaConfig } from "kafkajs"
import { type AdminClient, openAdmin } from "./admin"
import { registerCodecs } from "./codecs"
import { connectionConfig } from "./connection"
import { type Consumer, type ConsumerOptions, openConsumer } from "./consumer"
import { createDisplay, type Display } from "./display"
import { createExpect, type Expect } from "./expect"
import { createFaults, type Faults } from "./faults"
import type { KitHost } from "./host"
import { createLive, type Live } from "./live"
import { ownKafkajs } from "./ownedKafkajs"
import { openProducer, type ProducerClient, type ProducerOptions } from "./producer"
import { createSequence, type Sequence } from "./sequence"
import { type UntilOptions, waitUntil } from "./until"

/** Everything that a cell imports from "kit". */
export interface Kit {
  /** What `new Kafka(…)` of kafkajs needs to reach this lesson's cluster. */
  connection(): KafkaConfig
  /** The name of a topic of this lesson: as it is on the lesson's own cluster, with the reader's prefix elsewhere. */
  topic(name: string): string
  /** The name of a consumer group of this lesson. */
  group(name: string): string
  createProducer(options?: ProducerOptions): Promise<ProducerClient>
  createConsumer(options: ConsumerOptions): Promise<Consumer>
  createAdmin(): Promise<AdminClient>
  readonly faults: Faults
  readonly display: Display
  readonly live: Live
  readonly sequence: Sequence
  until<T>(predicate: () => T | Promise<T>, options?: UntilOptions): Promise<T>
  readonly expect: Expect
  /** Aborted when the cell is interrupted or run again. */
  readonly signal: AbortSignal
}

/** Wires the kit of one lesson or program. */
export function createKit(host: KitHost): Kit {
  registerCodecs()
  const { Kafka: OwnedKafka } = ownKafkajs(host)
  const connection = () => connectionConfig(host)
  const kafka = (): Kafka => new OwnedKafka(connection())
  return {
    connection,
    topic: (name) => host.cluster.prefix + name,
    group: (name) => host.cluster.prefix + name,
    createProducer: (options = {}) => openProducer(kafka(), options),
    createConsumer: (options) => openConsumer(kafka(), options),
    createAdmin: () => openAdmin(kafka()),
    faults: createFaults(host),
    display: createDisplay(() => host.current()),
    live: createLive(),
    sequence: createSequence(host),
    until: (predicate, options = {}) => waitUntil(predicate, options, host.current().signal),
    expect: createExpect((result) => host.current().check(result)),
    get signal() {
      return host.current().signal
    },
  }
}
