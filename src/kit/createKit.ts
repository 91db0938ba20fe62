import type { Kafka } from "kafkajs"
import { openAdmin } from "./admin"
import { registerCodecs } from "./codecs"
import { connectionConfig } from "./connection"
import { openConsumer } from "./consumer"
import { createDisplay } from "./display"
import { createExpect } from "./expect"
import { createFaults } from "./faults"
import { guardRequest } from "./guard"
import { createHealth } from "./health"
import type { KitContext, KitHost } from "./host"
import type { Kit } from "./kit"
import { createLive } from "./live"
import { MetricsRegistry } from "./metrics"
import { checkGroupName, checkTopicName } from "./namingRules"
import { ownKafkajs } from "./ownedKafkajs"
import { partitioners } from "./partitioners"
import { presets } from "./presets"
import { openProducer } from "./producer"
import { createRequest } from "./request"
import { createSequence } from "./sequence"
import { openStore } from "./store"
import { createTrace } from "./trace"
import { waitUntil } from "./until"
import { startWorkerProcess } from "./worker"

/** Where a fault did nothing, nobody waits long for what it would have done. */
const WITHOUT_FAULTS_TIMEOUT_MS = 5_000

/** Wires the kit of one lesson or program. */
export function createKit(host: KitHost): Kit {
  registerCodecs()
  const { Kafka: OwnedKafka } = ownKafkajs(host)
  const connection = () => connectionConfig(host)
  const kafka = (): Kafka => new OwnedKafka(connection())
  const name = (plain: string) => host.cluster.prefix + plain
  const trace = createTrace()
  const metrics = new MetricsRegistry()
  const request = guardRequest(createRequest(connection), host.cluster)
  const ping = async (): Promise<void> => {
    await request("ApiVersions", 0)
  }
  /** The cells in which a fault did nothing. The others wait for as long as they say. */
  const unharmed = new WeakSet<KitContext>()
  const until: Kit["until"] = (predicate, options = {}) => {
    const context = host.current()
    const { signal } = context
    if (!unharmed.has(context)) return waitUntil(predicate, options, signal)
    const timeoutMs = Math.min(options.timeoutMs ?? WITHOUT_FAULTS_TIMEOUT_MS, WITHOUT_FAULTS_TIMEOUT_MS)
    return waitUntil(predicate, { ...options, timeoutMs }, signal)
  }
  const createAdmin = () => openAdmin({ kafka: kafka(), until, topic: name })
  const createProducer: Kit["createProducer"] = (options = {}) =>
    openProducer({ kafka: kafka(), trace, metrics, ping }, typeof options === "string" ? { preset: options } : options)
  const ensureTopic = async (topic: string): Promise<void> => {
    const admin = await createAdmin()
    await admin.createTopic(topic)
    await admin.close()
  }
  return {
    connection,
    topic: name,
    group: name,
    createProducer,
    createConsumer: (options) => {
      const parts = { kafka: kafka(), trace, metrics, ping, ensureTopic, openProducer: () => createProducer() }
      return openConsumer(parts, typeof options === "string" ? { groupId: options } : options)
    },
    createAdmin,
    presets,
    trace,
    health: createHealth({ openAdmin: createAdmin, openProducer: createProducer, topic: name }),
    metrics,
    partitioners,
    createStore: async (options) => {
      const store = await openStore(options)
      host.current().own({ close: async () => store.close() })
      return store
    },
    startWorker: (action, data) => startWorkerProcess(host, action.toString(), data),
    request,
    faults: createFaults(host, () => unharmed.add(host.current())),
    display: createDisplay(() => host.current()),
    live: createLive(),
    sequence: createSequence(host),
    until,
    expect: createExpect((result) => host.current().check(result)),
    checkTopicName,
    checkGroupName,
    get signal() {
      return host.current().signal
    },
  }
}
