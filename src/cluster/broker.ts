import { brokerRegistration } from "../protocol/api/62_brokerRegistration"
import { brokerHeartbeat } from "../protocol/api/63_brokerHeartbeat"
import { ErrorCode } from "../protocol/errorCodes"
import type { Api, ResponseInput } from "../protocol/schema"
import { type NodeClock, wait } from "./clock"
import type { BrokerServices, Handler, RequestConnection, Services } from "./handler"
import type { LinkRequest, Links } from "./links"
import type { LogFolder } from "./log/logFolder"
import type { Parts } from "./parts"
import { type Random, randomUuid } from "./random"
import { RequestAccess } from "./state/access"
import { ControllerChannel } from "./state/controllerChannel"
import { SUPPORTED_FEATURES } from "./state/features"
import { GroupCoordinator } from "./state/group/groupCoordinator"
import { ImageChanges } from "./state/metadata/imageChanges"
import type { EndpointImage } from "./state/metadata/imageEntries"
import type { MetadataImage } from "./state/metadata/metadataImage"
import { NodeConfig } from "./state/nodeConfig"
import { ProducerIds } from "./state/producerIds"
import { ReplicaManager } from "./state/replica/replicaManager"
import { TransactionCoordinator } from "./state/transaction/transactionCoordinator"

export interface BrokerSetup {
  readonly id: number
  readonly rack: string | null
  readonly clock: NodeClock
  readonly random: Random
  readonly links: Links
  readonly image: MetadataImage
  readonly configured: ReadonlyMap<string, string>
  readonly logs: LogFolder
  readonly handlers: ReadonlyMap<number, Handler>
  readonly diskDelayMs: () => number
  /** Who leads the metadata quorum, as far as this node knows; -1: unknown. */
  readonly findController: () => number
  readonly noteChange: (topic?: string) => void
  readonly parts: Parts
}

/** How soon a broker says again that it lives while it waits to be let in, or to be let go. */
const IMPATIENT_HEARTBEAT_MS = 10
const RETRY_MS = 50

/** One life of one node's broker role (Kafka: BrokerServer, BrokerLifecycleManager). */
export class Broker {
  readonly id: number
  readonly services: BrokerServices
  readonly #setup: BrokerSetup
  readonly #incarnationId: string
  #epoch = -1
  #isFenced = true
  #isCaughtUp = false
  #noteCaughtUp = (): void => {}
  /** Resolves when this broker knows what was decided before its registration. */
  readonly caughtUp = new Promise<void>((resolve) => {
    this.#noteCaughtUp = resolve
  })
  #state: "starting" | "running" | "stopping" | "stopped" = "starting"

  constructor(setup: BrokerSetup) {
    const { id, clock, random, links, image, configured, logs, findController } = setup
    const { noteChange, diskDelayMs, parts } = setup
    this.id = id
    this.#setup = setup
    this.#incarnationId = randomUuid(random)
    const config = new NodeConfig(id, configured, image)
    const controller = new ControllerChannel(id, links, clock, findController)
    const brokerEpoch = () => this.#epoch
    const common = { clock, random, config, metadata: image, controller }
    const around = { links, logs, diskDelayMs, brokerEpoch, noteChange, parts }
    const replicas = new ReplicaManager({ ...common, ...around, brokerId: id })
    const groups = new GroupCoordinator({ ...common, ...parts, replicas })
    const producerIds = new ProducerIds(id, controller, image)
    const transactions = new TransactionCoordinator({ ...common, ...parts, brokerId: id, links, producerIds, replicas })
    const clusterId = image.clusterId
    this.services = { ...common, brokerId: id, clusterId, replicas, groups, transactions, producerIds }
  }

  get epoch(): number {
    return this.#epoch
  }

  get isFenced(): boolean {
    return this.#isFenced
  }

  /** Registers and resolves when the controller lets this broker serve. */
  async start(endpoints: readonly EndpointImage[]): Promise<void> {
    await this.#register(endpoints)
    // The registration may have been replayed before its answer came.
    this.applyChanges(new ImageChanges())
    while (this.#state === "starting") {
      await this.#heartbeat(false)
      // A broker that lost its log dir while it loaded its logs stays fenced; the cluster is up without it.
      if (!this.#isFenced || this.#setup.logs.failure) break
      await wait(this.#setup.clock, IMPATIENT_HEARTBEAT_MS)
    }
    if (this.#state !== "starting") return
    this.#state = "running"
    this.#beat()
  }

  /** Controlled shutdown: others lead first; then the logs are left clean. */
  async stop(): Promise<void> {
    this.#state = "stopping"
    const { clock } = this.#setup
    const deadlineMs = clock.now() + this.services.config.number("broker.session.timeout.ms")
    // Without a controller nobody can take over: it goes all the same.
    while (clock.now() < deadlineMs && !(await this.#heartbeat(true))) await wait(clock, IMPATIENT_HEARTBEAT_MS)
    this.#state = "stopped"
    this.services.replicas.stop()
    await this.services.replicas.close(this.#epoch)
  }

  /** The process died: nothing is led, followed or answered any more, and nothing is tidied up. */
  abandon(): void {
    if (this.#state === "stopped") return
    this.#state = "stopped"
    this.services.replicas.stop()
  }

  /**
   * What a piece of the metadata log asks of this broker. What was decided before its own registration is not acted on
   * piece by piece: it may name this broker a leader of long ago.
   */
  applyChanges(changes: ImageChanges): void {
    if (this.#state === "stopped" || this.#epoch < 0 || this.#setup.image.offset <= this.#epoch) return
    if (!this.#isCaughtUp) {
      this.#isCaughtUp = true
      this.services.replicas.setAsideStrays()
      changes.isWhole = true
      this.#noteCaughtUp()
    }
    this.services.replicas.applyChanges(changes)
    // Whoever shuts down waits until every broker has heard of it: this one says so at once.
    if (this.#state === "running" && changes.brokers.size > 0) void this.#heartbeat(false)
  }

  /** A request of another node. Undefined: no such API, or nothing to say. */
  async receive({ from, api, version, body }: LinkRequest): Promise<ResponseInput<Api> | undefined> {
    const found = this.#setup.handlers.get(api.key)
    if (!found || this.#state === "stopped") return undefined
    return await found.handle(body, this.#servicesFor(from, version))
  }

  #servicesFor(from: number, version: number): Services {
    const connection: RequestConnection = {
      principal: "User:ANONYMOUS",
      clientId: `broker-${from}`,
      host: "127.0.0.1",
      listener: INTER_BROKER,
      closed: NEVER_CLOSED,
      close: () => {},
    }
    return { ...this.services, version, correlationId: 0, connection, acl: RequestAccess.everything }
  }

  async #register(endpoints: readonly EndpointImage[]): Promise<void> {
    const { id, rack, image, logs, clock } = this.#setup
    const { controller } = this.services
    const features = SUPPORTED_FEATURES.map(({ name, minVersion, maxVersion }) => ({
      name,
      minSupportedVersion: minVersion,
      maxSupportedVersion: maxVersion,
    }))
    const body = {
      brokerId: id,
      clusterId: image.clusterId,
      incarnationId: this.#incarnationId,
      listeners: endpoints,
      features,
      rack,
      logDirs: [logs.directoryId],
      previousBrokerEpoch: logs.cleanShutdownEpoch ?? -1,
    }
    while (this.#state === "starting") {
      const response = await controller.request(brokerRegistration, body)
      if (response?.errorCode === ErrorCode.None) {
        this.#epoch = response.brokerEpoch
        return
      }
      // The last life of this broker still counts: its session must end first.
      await wait(clock, RETRY_MS)
    }
  }

  #beat(): void {
    const { clock } = this.#setup
    clock.setTimer(this.services.config.number("broker.heartbeat.interval.ms"), () => {
      if (this.#state !== "running") return
      void this.#heartbeat(false)
      this.#beat()
    })
  }

  /** True when the controller lets this broker go. */
  async #heartbeat(wantShutDown: boolean): Promise<boolean> {
    const { id, image } = this.#setup
    const body = {
      brokerId: id,
      brokerEpoch: this.#epoch,
      currentMetadataOffset: image.offset - 1,
      wantFence: this.#setup.logs.failure !== undefined,
      wantShutDown,
    }
    const timeoutMs = this.services.config.number("broker.session.timeout.ms")
    const response = await this.services.controller.request(brokerHeartbeat, body, timeoutMs)
    if (response?.errorCode !== ErrorCode.None) return false
    this.#isFenced = response.isFenced
    return response.shouldShutDown
  }
}

/** The name under which requests of other brokers come in. */
const INTER_BROKER = "INTERNAL"
const NEVER_CLOSED = new AbortController().signal
