import type { Socket } from "node:net"
import type { TlsOptions } from "node:tls"
import type { ClientSnapshot } from "../../contract/snapshot"
import type { Broker } from "../broker"
import type { NodeListeners } from "../node"
import { type Random, randomInteger } from "../random"
import { Authorizer } from "../state/acl/authorizer"
import type { EndpointImage } from "../state/metadata/imageEntries"
import { ClientQuotas } from "../state/quota/clientQuotas"
import { Connection } from "./connection"
import { Dispatch, type RequestOrigin } from "./dispatch"
import { DEFAULT_IDLE_CONNECTION_MS, LINGER_MS, MAX_CONNECTIONS_PER_BROKER } from "./limits"
import { type Listener, type ListenerStart, openListener, PortRefusal } from "./listener"
import type { ListenerOptions, SecurityProtocol } from "./options"
import type { RequestFaults } from "./requestFaults"
import { guardFrame } from "./sasl/guardFrames"
import { SASL_MECHANISMS, SaslSession } from "./sasl/saslSession"
import type { TlsIdentity } from "./tls/certificates"
import { principalOfSocket, tlsOptionsOf } from "./tls/tlsOptions"
import type { TraceRecorder } from "./trace"

export interface BrokerListenersOptions {
  readonly host: string
  readonly advertisedHost: string
  readonly listeners: readonly ListenerOptions[]
  readonly brokerIds: readonly number[]
  readonly trace: TraceRecorder
  readonly faults: RequestFaults
  readonly clients: ClientLinks
  /** The cluster's own certificate; made where a listener speaks TLS. */
  readonly identity: TlsIdentity | undefined
  /** Users of SASL/PLAIN with their passwords. */
  readonly passwords: ReadonlyMap<string, string>
  readonly random: Random
  readonly log: (line: string) => void
}

/** How the network between the clients and one broker is. */
export interface ClientLinks {
  isCut(brokerId: number): boolean
  delayMs(brokerId: number): number
  /** Told when a client came, went, or said who it is. */
  noteClients(): void
}

/** Kafka's SecurityProtocol ids. */
const PROTOCOL_IDS: Readonly<Record<SecurityProtocol, number>> = {
  PLAINTEXT: 0,
  SSL: 1,
  SASL_PLAINTEXT: 2,
  SASL_SSL: 3,
}

/**
 * Free ports are looked for below those that systems give to outgoing connections (from 32768 on Linux, from 49152
 * elsewhere): while a broker is down, a client's connection to another could otherwise take its port.
 */
const FIRST_FREE_PORT = 20_000
const FREE_PORTS = 12_000
/** After so many ports in use the system chooses. */
const FREE_PORT_ATTEMPTS = 50

/**
 * Opens the listeners of brokers, life after life: a broker that got a free port keeps it for its next lives,
 * as one with a configured port would.
 */
export class ListenerFactory {
  readonly #options: BrokerListenersOptions
  /** Keyed "broker:listener". */
  readonly #ports = new Map<string, number>()

  constructor(options: BrokerListenersOptions) {
    this.#options = options
  }

  async open(broker: Broker): Promise<BrokerListeners> {
    const { host, listeners } = this.#options
    const own = new BrokerListeners(broker, this.#options)
    for (const { name, protocol, port, portStep } of listeners) {
      const key = `${broker.id}:${name}`
      const wanted = port === 0 ? 0 : port + portStep * this.#options.brokerIds.indexOf(broker.id)
      const chosen = this.#ports.get(key) ?? wanted
      try {
        const listener = await this.#openOn(chosen, {
          name,
          protocol,
          host,
          tls: this.#tlsOf(broker, protocol),
          onSocket: (socket) => own.accept(socket, name, protocol),
          onRefused: (reason) => this.#options.log(`broker ${broker.id}: a TLS handshake on ${name} failed: ${reason}`),
        })
        this.#ports.set(key, listener.port)
        own.add(listener)
      } catch (error) {
        await own.close()
        throw error
      }
    }
    return own
  }

  /** `port` 0 stands for any that is free. */
  async #openOn(port: number, start: Omit<ListenerStart, "port">): Promise<Listener> {
    if (port !== 0) return openListener({ ...start, port })
    for (let attempt = 0; attempt < FREE_PORT_ATTEMPTS; attempt++) {
      const free = FIRST_FREE_PORT + randomInteger(this.#options.random, FREE_PORTS)
      try {
        return await openListener({ ...start, port: free })
      } catch (error) {
        if (!(error instanceof PortRefusal)) throw error
      }
    }
    return openListener({ ...start, port: 0 })
  }

  #tlsOf(broker: Broker, protocol: SecurityProtocol): TlsOptions | undefined {
    const { identity } = this.#options
    const isTls = protocol === "SSL" || protocol === "SASL_SSL"
    return isTls && identity ? tlsOptionsOf(broker.services.config, identity) : undefined
  }
}

interface Client extends ClientSnapshot {
  clientId: string
  software?: string
}

/** The sockets of one life of one broker. */
export class BrokerListeners implements NodeListeners {
  readonly #options: BrokerListenersOptions
  readonly #broker: Broker
  readonly #dispatch: Dispatch
  readonly #authorizer: Authorizer
  readonly #quotas: ClientQuotas
  readonly #listeners: Listener[] = []
  readonly #connections = new Map<string, Connection>()
  /** Who is connected, by connection. */
  readonly clients = new Map<string, Client>()
  #paused = false
  #isServing = false
  static #next = 1

  constructor(broker: Broker, options: BrokerListenersOptions) {
    this.#options = options
    this.#broker = broker
    const { trace, faults, log } = options
    const { services } = broker
    this.#authorizer = new Authorizer(services.metadata, services.config)
    this.#quotas = new ClientQuotas(services.metadata)
    this.#dispatch = new Dispatch({ services, trace, faults, quotas: this.#quotas, log })
    // Earlier it would take topics for missing, and try to make them anew. Kafka takes connections meanwhile, and reads
    // from them later (BrokerServer.startup: enableRequestProcessing).
    void broker.caughtUp.then(() => {
      this.#isServing = true
      this.applyLinks()
    })
  }

  get endpoints(): readonly EndpointImage[] {
    return this.#listeners.map(({ name, protocol, port }) => ({
      name,
      host: this.#options.advertisedHost,
      port,
      securityProtocol: PROTOCOL_IDS[protocol],
    }))
  }

  add(listener: Listener): void {
    this.#listeners.push(listener)
  }

  accept(socket: Socket, listener: string, protocol: SecurityProtocol): void {
    const { log, clients } = this.#options
    if (this.#connections.size >= MAX_CONNECTIONS_PER_BROKER) {
      log(`broker ${this.#broker.id}: refused a connection over the limit of ${MAX_CONNECTIONS_PER_BROKER}`)
      socket.destroy()
      return
    }
    const name = `c${BrokerListeners.#next++}`
    const host = socket.remoteAddress ?? "unknown"
    const connectedMs = this.#broker.services.clock.now()
    this.clients.set(name, { clientId: "", host, broker: this.#broker.id, connectedMs })
    const sasl = this.#saslOf(listener, protocol)
    const isAStranger = () => sasl !== undefined && sasl.principal === undefined
    const { config } = this.#broker.services
    const connection: Connection = new Connection({
      socket,
      idleMs: config.number("connections.max.idle.ms") || DEFAULT_IDLE_CONNECTION_MS,
      handle: (frame) =>
        sasl
          ? guardFrame(frame, sasl, () => this.#dispatch.handle(frame, origin))
          : this.#dispatch.handle(frame, origin),
      maxFrameBytes: () => config.number(isAStranger() ? "sasl.server.max.receive.size" : "socket.request.max.bytes"),
      replyDelayMs: () => clients.delayMs(this.#broker.id),
      mayPipeline: () => sasl?.isSettled ?? true,
      sendBuffers: this.#broker.services.replicas.sendBuffers,
      onClosed: (reason) => {
        this.#connections.delete(name)
        this.clients.delete(name)
        clients.noteClients()
        if (reason !== Connection.CLOSED_BY_CLIENT)
          log(`broker ${this.#broker.id}: closed ${name} (${host}): ${reason}`)
      },
    })
    const certified = principalOfSocket(socket)
    const authorizer = this.#authorizer
    const origin: RequestOrigin = {
      name,
      connection: {
        get principal() {
          return sasl?.principal ?? certified
        },
        host,
        listener,
        sasl,
        closed: connection.closed,
        close: (reason) => connection.closeAfterReplies(reason),
      },
      get acl() {
        return authorizer.accessOf(this.connection.principal, host)
      },
      introduce: (clientId, software) => this.#introduce(name, clientId, software),
      throttle: (delayMs) => connection.throttle(delayMs),
    }
    this.#connections.set(name, connection)
    if (this.#isHeld) connection.hold()
    const waitMs = this.#quotas.recordConnection(host, connectedMs)
    if (waitMs > 0) connection.throttle(waitMs)
  }

  #saslOf(listener: string, protocol: SecurityProtocol): SaslSession | undefined {
    if (protocol !== "SASL_PLAINTEXT" && protocol !== "SASL_SSL") return undefined
    const { config, clock, random, metadata } = this.#broker.services
    const configured = config.configured.has("sasl.enabled.mechanisms")
    return new SaslSession({
      enabled: configured ? config.list("sasl.enabled.mechanisms") : SASL_MECHANISMS,
      passwords: this.#options.passwords,
      scram: metadata.scram,
      maxReauthMs: (mechanism) => {
        // Kafka: SaslConfigs, "optionally prefixed with listener prefix and SASL mechanism name in lower-case".
        const own = `listener.name.${listener}.${mechanism}.connections.max.reauth.ms`.toLowerCase()
        return config.number(config.configured.has(own) ? own : "connections.max.reauth.ms")
      },
      clock,
      random,
    })
  }

  #introduce(name: string, clientId: string, software: string | undefined): void {
    const client = this.clients.get(name)
    if (!client || (client.clientId === clientId && software === undefined)) return
    client.clientId = clientId
    if (software) client.software = software
    this.#options.clients.noteClients()
  }

  /** SIGSTOP, or a cut link to the clients: the system accepts connections and nobody reads them. */
  pause(): void {
    this.#paused = true
    this.applyLinks()
  }

  resume(): void {
    this.#paused = false
    this.applyLinks()
  }

  /** Called after the links to the clients have changed. */
  applyLinks(): void {
    const isHeld = this.#isHeld
    for (const connection of this.#connections.values()) {
      if (isHeld) connection.hold()
      else connection.release()
    }
  }

  get #isHeld(): boolean {
    return this.#paused || !this.#isServing || this.#options.clients.isCut(this.#broker.id)
  }

  async close(): Promise<void> {
    const closed = this.#listeners.map((listener) => listener.close())
    const deadline = performance.now() + LINGER_MS
    while (this.#isBusy() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
    this.#cutAll("the broker has shut down")
    await Promise.all(closed)
  }

  destroy(): void {
    for (const listener of this.#listeners) void listener.close()
    this.#cutAll("the broker was killed")
  }

  #isBusy(): boolean {
    return [...this.#connections.values()].some((connection) => connection.isBusy)
  }

  #cutAll(reason: string): void {
    for (const connection of [...this.#connections.values()]) connection.close(reason)
  }
}
