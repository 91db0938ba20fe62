import type { ClusterEvent } from "../contract/control"
import type { QuorumSnapshot } from "../contract/snapshot"
import type { Clock } from "./clock"
import { type DiskError, DiskRefusal } from "./disk"
import type { Handler } from "./handler"
import type { ProcessLinks } from "./links"
import { Node, type NodeSetup, type OpenListeners } from "./node"
import { kafkaParts, type Parts } from "./parts"
import type { Random } from "./random"
import type { ImageChanges } from "./state/metadata/imageChanges"
import { MetadataEvents } from "./state/metadata/metadataEvents"
import { ConfigResourceType, configKey, MetadataImage } from "./state/metadata/metadataImage"

export interface ClusterSetup {
  readonly clusterId: string
  readonly nodes: readonly NodeSetup[]
  /** Static configs of every node. */
  readonly configs: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly random: Random
  readonly links: ProcessLinks
  /** The dispatch table: handlers by API key. Links reach brokers through it too. */
  readonly handlers: ReadonlyMap<number, Handler>
  readonly openListeners: OpenListeners
  /** Pieces other than Kafka's own. */
  readonly parts?: Partial<Parts>
}

/** How many names of changed topics are kept for the next snapshot; with more of them all count as changed. */
const MAX_CHANGED_TOPICS = 1_000

type NewEvent = Omit<ClusterEvent, "sequence">

/** N nodes in one process. */
export class Cluster {
  readonly clusterId: string
  readonly nodes: ReadonlyMap<number, Node>
  readonly links: ProcessLinks
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  readonly #eventListeners = new Set<(event: NewEvent) => void>()
  readonly #events: MetadataEvents
  readonly #voters: number
  #revision = 0
  #changedTopics: Set<string> | "all" = "all"
  #toldOffset = 0
  #isNotified = true
  #lastKnown: MetadataImage

  constructor(setup: ClusterSetup) {
    const { clusterId, configs, clock, random, links, handlers, openListeners } = setup
    this.clusterId = clusterId
    this.links = links
    this.#clock = clock
    this.#lastKnown = new MetadataImage(clusterId)
    this.#events = new MetadataEvents((event) => this.#emit(event))
    const voters = setup.nodes.filter(({ roles }) => roles.includes("controller")).map(({ id }) => id)
    this.#voters = voters.length
    const noteChange = (topic?: string) => this.#noteChange(topic)
    const noteDiskFailure = (id: number, error: DiskError) => this.#noteDiskFailure(id, error)
    // Every node replays the same log: whoever is first tells.
    const noteMetadata = (image: MetadataImage, changes: ImageChanges) => {
      if (changes.isWhole) this.#changedTopics = "all"
      for (const topic of touchedTopics(changes)) this.#noteTopic(topic)
      this.#raiseRevision()
      if (image.offset <= this.#toldOffset) return
      this.#toldOffset = image.offset
      this.#events.compare(image, changes)
    }
    const around = {
      clusterId,
      voters,
      configs,
      clock,
      random,
      links,
      handlers,
      openListeners,
      parts: { ...kafkaParts, ...setup.parts },
      noteChange,
      noteDiskFailure,
      noteMetadata,
    }
    this.nodes = new Map(setup.nodes.map((node) => [node.id, new Node(node, around)]))
    links.onChange = () => noteChange()
  }

  /** Rises with every change that a snapshot could show. */
  get revision(): number {
    return this.#revision
  }

  /** The newest committed metadata that any running node has; the last known when none runs. */
  get metadata(): MetadataImage {
    for (const { metadata } of this.nodes.values()) {
      if (metadata && metadata.offset >= this.#lastKnown.offset) this.#lastKnown = metadata
    }
    return this.#lastKnown
  }

  /** What the controllers say of themselves; undefined while none leads. */
  get quorum(): QuorumSnapshot | undefined {
    const leading = [...this.nodes.values()]
      .flatMap(({ raft }) => (raft?.leader ? [raft] : []))
      .sort((a, b) => b.epoch - a.epoch)[0]
    if (!leading?.leader) return undefined
    const { replicas } = leading.leader
    const { id, voters, log } = leading.setup
    const describe = (voter: number) => {
      if (voter === id) return { logEnd: log.endOffset, lastCaughtUpMs: this.#clock.now() }
      const { logEnd = -1, lastCaughtUpMs = -1 } = replicas.get(voter) ?? {}
      return { logEnd, lastCaughtUpMs }
    }
    return {
      leaderId: id,
      epoch: leading.epoch,
      highWatermark: leading.highWatermark,
      voters: Object.fromEntries(voters.map((voter) => [voter, describe(voter)])),
    }
  }

  /** Calls back after every change, at most once per turn of the event loop. Returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls back for every event in order. */
  onEvent(listener: (event: NewEvent) => void): () => void {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  /**
   * Starts every node; resolves when all are up that can be. A node whose disk refuses stays down, as a broker of Kafka
   * does without a log dir: only where too few controllers are left is that thrown.
   */
  async start(): Promise<void> {
    let refused = 0
    const start = async (node: Node): Promise<void> => {
      try {
        await node.start()
      } catch (error) {
        if (!(error instanceof DiskRefusal)) throw error
        if (node.roles.includes("controller")) refused++
        if (refused * 2 >= this.#voters) throw error
        this.#noteDiskFailure(node.id, error.error)
      }
    }
    await Promise.all([...this.nodes.values()].map(start))
  }

  /** Controlled shutdown of every node, brokers that are no controllers first. */
  async stop(): Promise<void> {
    const nodes = [...this.nodes.values()]
    const isController = (node: Node) => node.roles.includes("controller")
    await Promise.all(nodes.filter((node) => !isController(node)).map((node) => node.stop()))
    for (const node of nodes.filter(isController).reverse()) await node.stop()
  }

  /** Every node ends at once, and nobody comes back to what it keeps: nothing is moved, flushed or tidied up. */
  abandon(): void {
    for (const node of this.nodes.values()) node.kill()
  }

  /** How many logs a stop has to leave clean. */
  get replicaCount(): number {
    return [...this.nodes.values()].reduce((sum, { broker }) => sum + (broker?.services.replicas.size ?? 0), 0)
  }

  #noteDiskFailure(node: number, { code, path, message }: DiskError): void {
    this.#emit({ type: "logDirOffline", node, fields: { error: code, path, message } })
    this.#noteChange()
  }

  /** Which topics may be others than at the last call; "all" where nobody counted. */
  takeTopicChanges(): ReadonlySet<string> | "all" {
    const changed = this.#changedTopics
    this.#changedTopics = new Set()
    return changed
  }

  /** Without a topic: any may have changed. */
  #noteChange(topic?: string): void {
    if (topic === undefined) this.#changedTopics = "all"
    else this.#noteTopic(topic)
    this.#raiseRevision()
  }

  #noteTopic(topic: string): void {
    if (this.#changedTopics === "all") return
    this.#changedTopics.add(topic)
    if (this.#changedTopics.size > MAX_CHANGED_TOPICS) this.#changedTopics = "all"
  }

  #raiseRevision(): void {
    this.#revision++
    if (!this.#isNotified) return
    this.#isNotified = false
    this.#clock.setTimer(0, () => {
      this.#isNotified = true
      for (const listener of [...this.#listeners]) listener()
    })
  }

  #emit(event: Omit<NewEvent, "atMs">): void {
    for (const listener of this.#eventListeners) listener({ atMs: this.#clock.now(), ...event })
  }
}

function* touchedTopics({ partitions, removedTopics, configs }: ImageChanges): Generator<string> {
  yield* partitions.keys()
  for (const { name } of removedTopics) yield name
  const prefix = configKey(ConfigResourceType.topic, "")
  for (const key of configs) if (key.startsWith(prefix)) yield key.slice(prefix.length)
}
