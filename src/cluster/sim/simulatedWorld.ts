import type { Api, RequestInput, ResponseOf } from "../../protocol/schema"
import { handlers } from "../api"
import type { Broker } from "../broker"
import { Cluster } from "../cluster"
import type { Handler, Services } from "../handler"
import { ProcessLinks } from "../links"
import type { NodeListeners } from "../node"
import { RequestAccess } from "../state/access"
import type { Partition } from "../state/replica/partition"
import { History } from "./history"
import { watchAcknowledgements } from "./invariants/acknowledgements"
import { MemoryDisk } from "./memoryDisk"
import { observeLogs } from "./observeLogs"
import type { Replacements } from "./replacements"
import { SeededRandom } from "./seededRandom"
import { VirtualClock } from "./virtualClock"

const CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"
const NEVER_CLOSED = new AbortController().signal
/** Short timers, small topics: ten virtual minutes then hold many elections. */
const CONFIGS = {
  "min.insync.replicas": "2",
  "replica.lag.time.max.ms": "4000",
  "replica.fetch.wait.max.ms": "1500",
  "broker.session.timeout.ms": "3000",
  "broker.heartbeat.interval.ms": "1000",
  "log.roll.ms": "60000",
  "metadata.log.max.record.bytes.between.snapshots": "16384",
  "offsets.topic.num.partitions": "2",
  "transaction.state.log.num.partitions": "2",
  "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
  "group.initial.rebalance.delay.ms": "500",
  "group.consumer.heartbeat.interval.ms": "1000",
  "group.consumer.min.session.timeout.ms": "6000",
  "group.consumer.session.timeout.ms": "6000",
}

export interface WorldOptions {
  readonly seed: number
  readonly brokers: number
  readonly controllers: number
  readonly replacements: Replacements
}

/** A whole cluster on virtual time, in-memory disks and in-process links, with a network to its clients. */
export class SimulatedWorld {
  readonly clock = new VirtualClock()
  /** Between the nodes. */
  readonly links = new ProcessLinks(this.clock)
  /** From the hosts of clients, whose ids are negative, to the brokers. */
  readonly clientLinks = new ProcessLinks(this.clock)
  readonly disks = new Map<number, MemoryDisk>()
  readonly history = new History(this.clock)
  readonly cluster: Cluster
  #lastUnique = 0
  readonly #handlers: ReadonlyMap<number, Handler>

  constructor({ seed, brokers, controllers, replacements }: WorldOptions) {
    const { handlers: replaced = [], parts = {} } = replacements
    this.#handlers = new Map([...handlers, ...replaced].map((handler) => [handler.api.key, handler]))
    const nodes = Array.from({ length: brokers }, (_, index) => {
      const id = index + 1
      const disk = new MemoryDisk()
      this.disks.set(id, disk)
      const roles = id <= controllers ? (["broker", "controller"] as const) : (["broker"] as const)
      return { id, roles, disk, folder: "data" }
    })
    this.cluster = new Cluster({
      clusterId: CLUSTER_ID,
      nodes,
      configs: new Map(Object.entries(CONFIGS)),
      clock: this.clock,
      random: new SeededRandom(seed),
      links: this.links,
      handlers: this.#handlers,
      openListeners: async (broker) => this.#listen(broker),
      parts: watchAcknowledgements(observeLogs(parts, this.history), this),
    })
  }

  /** Numbers that nobody else gets: what stands for one thing only can be recognised. */
  nextUnique(): number {
    return ++this.#lastUnique
  }

  /** One request of a client. Undefined: the connection was lost, or no answer came within `timeoutMs`. */
  ask<A extends Api>(
    host: number,
    broker: number,
    api: A,
    version: number,
    body: RequestInput<A>,
    timeoutMs: number,
  ): Promise<ResponseOf<A> | undefined> {
    return this.clientLinks.send(host, broker, api, version, body, timeoutMs)
  }

  /** The replicas of one partition that running brokers hold, by broker. */
  replicasOf(topic: string, index: number): ReadonlyMap<number, Partition> {
    const replicas = new Map<number, Partition>()
    for (const { id, broker } of this.cluster.nodes.values()) {
      const partition = broker?.services.replicas.partition(topic, index)
      if (partition !== undefined && typeof partition !== "number") replicas.set(id, partition)
    }
    return replicas
  }

  #listen(broker: Broker): NodeListeners {
    const { id } = broker
    this.clientLinks.attach(id, async ({ api, version, body }) =>
      this.#handlers.get(api.key)?.handle(body, servicesOf(broker, version)),
    )
    return {
      endpoints: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 19_091 + id, securityProtocol: 0 }],
      pause: () => this.clientLinks.pause(id),
      resume: () => this.clientLinks.resume(id),
      close: async () => this.clientLinks.detach(id),
      destroy: () => this.clientLinks.detach(id),
    }
  }
}

function servicesOf(broker: Broker, version: number): Services {
  const connection = {
    principal: "User:ANONYMOUS",
    clientId: "simulation",
    host: "127.0.0.1",
    listener: "PLAINTEXT",
    closed: NEVER_CLOSED,
    close: () => {},
  }
  return { ...broker.services, version, correlationId: 0, acl: RequestAccess.everything, connection }
}
