import type { Api, RequestInput, ResponseOf } from "../../protocol/schema"
import { handlers } from "../api"
import { Cluster } from "../cluster"
import { fillDefaults } from "../fillDefaults"
import type { Handler, Services } from "../handler"
import { ProcessLinks } from "../links"
import { RequestAccess } from "../state/access"
import { MemoryDisk } from "./memoryDisk"
import type { Replacements } from "./replacements"
import { SeededRandom } from "./seededRandom"
import { VirtualClock } from "./virtualClock"

const CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw"
const NEVER_CLOSED = new AbortController().signal
/** Short timers: ten virtual minutes then hold many elections. */
const CONFIGS = {
  "replica.lag.time.max.ms": "3000",
  "broker.session.timeout.ms": "3000",
  "broker.heartbeat.interval.ms": "500",
  "offsets.topic.num.partitions": "3",
}

/** A whole cluster on virtual time, in-memory disks and in-process links, with clients that call its handlers. */
export class SimulatedWorld {
  readonly clock = new VirtualClock()
  readonly links = new ProcessLinks(this.clock)
  readonly disks = new Map<number, MemoryDisk>()
  readonly cluster: Cluster
  readonly random: SeededRandom
  readonly #handlers: ReadonlyMap<number, Handler>

  constructor(seed: number, brokers: number, controllers: number, replacements: Replacements = {}) {
    this.#handlers = new Map(
      [...handlers, ...(replacements.handlers ?? [])].map((handler) => [handler.api.key, handler]),
    )
    this.random = new SeededRandom(seed)
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
      random: this.random,
      links: this.links,
      handlers: this.#handlers,
      ...(replacements.parts && { parts: replacements.parts }),
      openListeners: async ({ id }) => ({
        endpoints: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 19_091 + id, securityProtocol: 0 }],
        pause: () => {},
        resume: () => {},
        close: async () => {},
        destroy: () => {},
      }),
    })
  }

  /** Undefined: the broker was down, paused or died before it answered, or `timeoutMs` passed. */
  async ask<A extends Api>(
    id: number,
    api: A,
    body: RequestInput<A>,
    version: number,
    timeoutMs: number,
  ): Promise<ResponseOf<A> | undefined> {
    const node = this.cluster.nodes.get(id)
    const broker = node?.broker
    const handler = this.#handlers.get(api.key)
    if (!broker || !handler || node.state !== "running") return undefined
    const connection = {
      principal: "User:ANONYMOUS",
      clientId: "simulation",
      host: "127.0.0.1",
      listener: "PLAINTEXT",
      closed: NEVER_CLOSED,
      close: () => {},
    } as unknown as Services["connection"]
    const services: Services = {
      ...broker.services,
      version,
      correlationId: 0,
      acl: RequestAccess.everything,
      connection,
    }
    const answer = Promise.resolve(handler.handle(fillDefaults(api.request, body), services))
    const late = new Promise<undefined>((resolve) => void this.clock.setTimer(timeoutMs, () => resolve(undefined)))
    const response = await Promise.race([answer, late])
    // An answer of a life that is over reaches nobody.
    if (!response || node.broker !== broker) return undefined
    return fillDefaults(api.response, response) as ResponseOf<A>
  }
}
