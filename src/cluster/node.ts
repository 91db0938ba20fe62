import type { NodeRole, NodeState } from "../contract/snapshot"
import { fetch } from "../protocol/api/01_fetch"
import type { Api, RequestOf, ResponseInput } from "../protocol/schema"
import { Broker } from "./broker"
import { type Clock, NodeClock } from "./clock"
import { type Disk, type DiskError, DiskRefusal } from "./disk"
import type { Handler } from "./handler"
import type { LinkRequest, ProcessLinks } from "./links"
import { LogFolder } from "./log/logFolder"
import type { Parts } from "./parts"
import { ProcessDisk } from "./processDisk"
import { metadataTopicId, type Random, randomUuid } from "./random"
import type { Controller } from "./state/controller/controller"
import { answerController, isControllerRequest } from "./state/controller/controllerRequests"
import { applyRecord } from "./state/metadata/applyRecord"
import { ImageChanges } from "./state/metadata/imageChanges"
import type { EndpointImage } from "./state/metadata/imageEntries"
import { MetadataImage } from "./state/metadata/metadataImage"
import { decodeMetadata } from "./state/metadata/metadataRecord"
import { NodeConfig } from "./state/nodeConfig"
import { encodeSnapshot } from "./state/quorum/encodeSnapshot"
import { endOfBatches, epochOfBatches, MetadataLog } from "./state/quorum/metadataLog"
import type { QuorumTimeouts } from "./state/quorum/quorumMember"
import { answerQuorum, isQuorumRequest } from "./state/quorum/quorumRequests"
import { QuorumStateFile } from "./state/quorum/quorumStateFile"
import type { Raft } from "./state/quorum/raft"
import type { SnapshotId } from "./state/quorum/snapshotFiles"

/** The sockets of one life of one broker. */
export interface NodeListeners {
  /** What the broker registers: advertised listeners, the first is the one that brokers use among themselves. */
  readonly endpoints: readonly EndpointImage[]
  pause(): void
  resume(): void
  /** Takes no more connections, answers what is at work, then closes. */
  close(): Promise<void>
  /** The process died: every socket is cut. */
  destroy(): void
}

/** Opens a broker's listeners; called once per life, before the broker registers. */
export type OpenListeners = (broker: Broker) => Promise<NodeListeners>

export interface NodeSetup {
  readonly id: number
  readonly roles: readonly NodeRole[]
  readonly rack?: string
  readonly disk: Disk
  /** The log dir: everything that the node keeps. */
  readonly folder: string
}

export interface NodeSurroundings {
  readonly clusterId: string
  readonly voters: readonly number[]
  readonly configs: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly random: Random
  readonly links: ProcessLinks
  readonly handlers: ReadonlyMap<number, Handler>
  readonly openListeners: OpenListeners
  readonly parts: Parts
  /** Something that a snapshot shows has changed. */
  /** Without a topic: any may have changed. */
  readonly noteChange: (topic?: string) => void
  /** The node's disk has refused: its log dir is offline. */
  readonly noteDiskFailure: (id: number, error: DiskError) => void
  /** A piece of the metadata log was replayed on this node. */
  readonly noteMetadata: (image: MetadataImage, changes: ImageChanges) => void
}

/** Everything of one life of a node's process. */
interface Life {
  readonly clock: NodeClock
  readonly disk: ProcessDisk
  readonly image: MetadataImage
  readonly log: MetadataLog
  readonly raft: Raft
  readonly controller: Controller | undefined
  readonly broker: Broker | undefined
  readonly config: NodeConfig
  listeners: NodeListeners | undefined
  bytesSinceSnapshot: number
}

/** One machine of the cluster, through all of its lives. */
export class Node {
  readonly id: number
  readonly roles: readonly NodeRole[]
  readonly rack: string | null
  readonly disk: Disk
  readonly folder: string
  readonly #around: NodeSurroundings
  readonly #configs: ReadonlyMap<string, string>
  #state: NodeState = "stopped"
  #life: Life | undefined
  #skewMs = 0

  constructor(setup: NodeSetup, around: NodeSurroundings) {
    this.id = setup.id
    this.roles = setup.roles
    this.rack = setup.rack ?? null
    this.disk = setup.disk
    this.folder = setup.folder
    this.#around = around
    const { rack } = setup
    this.#configs = rack === undefined ? around.configs : new Map([...around.configs, ["broker.rack", rack]])
  }

  get state(): NodeState {
    return this.#state
  }
  /** Undefined while it is down, and on an isolated controller. */
  get broker(): Broker | undefined {
    return this.#life?.broker
  }
  get listeners(): NodeListeners | undefined {
    return this.#life?.listeners
  }
  get raft(): Raft | undefined {
    return this.#life?.raft
  }
  get controller(): Controller | undefined {
    return this.#life?.controller
  }
  /** What this node knows of the cluster; undefined while it is down. */
  get metadata(): MetadataImage | undefined {
    return this.#life?.image
  }

  /** Resolves when the broker is registered and unfenced. Throws `DiskRefusal` where its disk does not let it start. */
  async start(): Promise<void> {
    if (this.#life) return
    const life = this.#begin()
    this.#life = life
    this.#setState("running")
    this.#around.links.attach(this.id, (request) => this.#receive(life, request))
    life.raft.start()
    if (!life.broker) return
    const listeners = await this.#around.openListeners(life.broker)
    // It may have been killed meanwhile.
    if (this.#life !== life) {
      listeners.destroy()
      return
    }
    life.listeners = listeners
    await life.broker.start(listeners.endpoints)
    this.#around.noteChange()
  }

  /** Controlled shutdown: leadership moves away first. */
  async stop(): Promise<void> {
    const life = this.#life
    if (!life) return
    this.resume()
    await life.broker?.stop()
    if (this.#life !== life) return
    await life.raft.resign()
    const { listeners } = life
    this.#end(life)
    life.log.close()
    life.disk.end()
    this.#setState("stopped")
    await listeners?.close()
  }

  /** SIGKILL: no goodbye; what was written survives, as the page cache does. */
  kill(): void {
    const life = this.#life
    if (!life) return
    life.listeners?.destroy()
    this.#end(life)
    life.disk.end()
    this.#setState("dead")
  }

  /** SIGSTOP. */
  pause(): void {
    if (!this.#life || this.#state === "paused") return
    this.#around.links.pause(this.id)
    this.#life.clock.pause()
    this.#life.listeners?.pause()
    this.#setState("paused")
  }

  /** SIGCONT. */
  resume(): void {
    if (!this.#life || this.#state !== "paused") return
    this.#setState("running")
    this.#life.listeners?.resume()
    this.#life.clock.resume()
    this.#around.links.resume(this.id)
  }

  skewClock(ms: number): void {
    this.#skewMs = ms
    this.#life?.clock.skew(ms)
    this.#around.noteChange()
  }

  #begin(): Life {
    const { clusterId, voters, clock: base, random, links, noteChange, parts } = this.#around
    const clock = new NodeClock(base, this.#skewMs)
    const { folder, id } = this
    const disk = new ProcessDisk(this.disk)
    const image = new MetadataImage(clusterId)
    const config = new NodeConfig(id, this.#configs, image)
    const logs = LogFolder.open({
      disk,
      path: folder,
      clock,
      clusterId,
      nodeId: id,
      newUuid: () => randomUuid(random),
      deletionDelayMs: () => config.number("log.segment.delete.delay.ms"),
      onFailure: (error) => this.#around.noteDiskFailure(id, error),
      openLog: (options) => parts.openLog({ ...options, newProducerState: parts.newProducerState }),
    })
    if (!logs.ok) throw new DiskRefusal(logs.error)
    const log = MetadataLog.open(disk, folder, clock)
    if (!log.ok) throw new DiskRefusal(log.error)

    const raft = parts.newRaft({
      id,
      clusterId,
      voters,
      log: log.value,
      stateFile: new QuorumStateFile(disk, folder, voters),
      links,
      clock,
      random,
      timeouts: quorumTimeouts(config),
      listener: {
        onCommitted: (batches) => {
          this.#apply(life, batches)
          this.#snapshotWhenDue(life, batches)
        },
        onSnapshot: (bytes, id) => {
          image.replaceBy(new MetadataImage(clusterId))
          this.#apply(life, bytes, id)
        },
        onLeader: () => controller?.activate(),
        onResigned: () => controller?.deactivate(),
        onLeaderChange: () => noteChange(),
      },
    })
    const controller = this.roles.includes("controller")
      ? parts.newController({ nodeId: id, raft, committed: image, configured: this.#configs, clock, random })
      : undefined
    const broker = this.roles.includes("broker") ? this.#newBroker({ clock, image, raft, logs: logs.value }) : undefined
    const life: Life = {
      clock,
      disk,
      image,
      log: log.value,
      raft,
      controller,
      broker,
      config,
      listeners: undefined,
      bytesSinceSnapshot: 0,
    }
    return life
  }

  #newBroker({ clock, image, raft, logs }: Pick<Life, "clock" | "image" | "raft"> & { logs: LogFolder }): Broker {
    const { random, links, handlers, noteChange, parts } = this.#around
    return new Broker({
      id: this.id,
      rack: this.#configs.get("broker.rack") ?? null,
      clock,
      random,
      links,
      image,
      configured: this.#configs,
      logs,
      handlers,
      diskDelayMs: () => this.disk.delayMs,
      findController: () => raft.leaderId,
      noteChange,
      parts,
    })
  }

  #end(life: Life): void {
    this.#life = undefined
    life.clock.die()
    life.raft.stop()
    life.broker?.abandon()
    this.#around.links.detach(this.id)
  }

  #apply(life: Life, batches: Buffer, snapshotId?: SnapshotId): void {
    const { image, broker } = life
    const changes = new ImageChanges()
    changes.isWhole = snapshotId !== undefined
    for (const { offset, record } of decodeMetadata(batches)) {
      applyRecord(image, record, changes)
      image.offset = offset + 1
    }
    // Records of a snapshot are numbered on their own: what counts is where it ends.
    image.offset = snapshotId?.endOffset ?? Math.max(image.offset, endOfBatches(batches))
    image.epoch = snapshotId?.epoch ?? image.epoch
    broker?.applyChanges(changes)
    this.#around.noteMetadata(image, changes)
  }

  /** Kafka: metadata.log.max.record.bytes.between.snapshots. What the snapshot holds may leave the log. */
  #snapshotWhenDue(life: Life, batches: Buffer): void {
    const { log, image, clock } = life
    life.bytesSinceSnapshot += batches.length
    const limit = Number(life.config.value("metadata.log.max.record.bytes.between.snapshots"))
    if (life.bytesSinceSnapshot < limit) return
    life.bytesSinceSnapshot = 0
    const epoch = epochOfBatches(batches)
    if (!log.snapshots.write({ endOffset: image.offset, epoch }, encodeSnapshot(image, epoch, clock.now()))) return
    log.advanceStart(image.offset)
  }

  async #receive(life: Life, request: LinkRequest): Promise<ResponseInput<Api> | undefined> {
    const { api, body, forwardedFor } = request
    if (isQuorumRequest(api.key) || isMetadataFetch(request)) return answerQuorum(life.raft, api.key, body)
    if (isControllerRequest(api.key)) {
      return life.controller && answerController(life.controller, api.key, body, forwardedFor)
    }
    return life.broker?.receive(request)
  }

  #setState(state: NodeState): void {
    this.#state = state
    this.#around.noteChange()
  }
}

function quorumTimeouts(config: NodeConfig): QuorumTimeouts {
  return {
    electionTimeoutMs: config.number("controller.quorum.election.timeout.ms"),
    fetchTimeoutMs: config.number("controller.quorum.fetch.timeout.ms"),
    electionBackoffMaxMs: config.number("controller.quorum.election.backoff.max.ms"),
    requestTimeoutMs: config.number("controller.quorum.request.timeout.ms"),
    retryBackoffMs: config.number("controller.quorum.retry.backoff.ms"),
  }
}

function isMetadataFetch({ api, body }: LinkRequest): boolean {
  return api.key === fetch.key && (body as RequestOf<typeof fetch>).topics[0]?.topicId === metadataTopicId
}
