import { alterPartition } from "../../../protocol/api/56_alterPartition"
import { ErrorCode } from "../../../protocol/errorCodes"
import { type Clock, wait } from "../../clock"
import type { Links } from "../../links"
import type { CleanResult } from "../../log/cleanLog"
import { logConfigOf } from "../../log/logConfig"
import type { LogFolder } from "../../log/logFolder"
import type { PartitionLog } from "../../log/partitionLog"
import { SendBuffers } from "../../log/sendBuffers"
import type { Random } from "../../random"
import type { ControllerClient } from "../controllerClient"
import type { ImageChanges } from "../metadata/imageChanges"
import type { PartitionImage } from "../metadata/imageEntries"
import { ConfigResourceType, configKey, type MetadataImage } from "../metadata/metadataImage"
import type { NodeConfig } from "../nodeConfig"
import { METADATA_TOPIC } from "../quorum/metadataLog"
import { FetchSessions } from "./fetchSessions"
import type { LeaderFetcher, LeaderFetcherSetup } from "./leaderFetcher"
import type { NewLeaderRole } from "./leaderRole"
import type { NewPartition, Partition } from "./partition"
import type { IsrAnswer, IsrChange, PartitionContext } from "./partitionContext"

/** Kafka: producer.id.expiration.check.interval.ms. */
const PRODUCER_EXPIRATION_CHECK_MS = 600_000

/** Whoever keeps its state in the partitions of an internal topic: a coordinator. Called synchronously. */
export interface PartitionOwner {
  /** This broker leads the partition from now on: load by reading its log. */
  onElected(partition: Partition, leaderEpoch: number): void
  /** It no longer does: forget what was loaded. */
  onResigned(index: number): void
}

export interface ReplicaManagerSetup {
  readonly brokerId: number
  readonly clock: Clock
  readonly random: Random
  readonly links: Links
  readonly config: NodeConfig
  readonly metadata: MetadataImage
  readonly controller: ControllerClient
  readonly logs: LogFolder
  readonly diskDelayMs: () => number
  readonly brokerEpoch: () => number
  /** Without a topic: any may have changed. */
  readonly noteChange: (topic?: string) => void
  readonly parts: ReplicaParts
}

/** What replicas are made of. */
export interface ReplicaParts {
  readonly newPartition: NewPartition
  readonly newLeaderRole: NewLeaderRole
  readonly newLeaderFetcher: (setup: LeaderFetcherSetup) => LeaderFetcher
}

/** How long a leader waits for the controller's word about an ISR. */
const ALTER_PARTITION_TIMEOUT_MS = 10_000

/** The replicas that this broker holds. */
export class ReplicaManager {
  readonly sessions: FetchSessions
  /** Records on their way to consumers: whoever has sent them gives the memory back. */
  readonly sendBuffers = new SendBuffers()
  readonly #setup: ReplicaManagerSetup
  readonly #context: PartitionContext
  readonly #partitions = new Map<string, Partition>()
  readonly #fetchers = new Map<number, LeaderFetcher>()
  readonly #owners = new Map<string, PartitionOwner>()
  readonly #frozen = new Set<string>()
  #isrChanges: { readonly change: IsrChange; readonly done: (answer: IsrAnswer | undefined) => void }[] = []
  #isStopped = false
  #isCleaning = false

  constructor(setup: ReplicaManagerSetup) {
    this.#setup = setup
    const { brokerId, clock, config, metadata, diskDelayMs, noteChange, random } = setup
    const maxSessions = config.number("max.incremental.fetch.session.cache.slots")
    this.sessions = new FetchSessions(clock, random, maxSessions)
    this.#context = {
      brokerId,
      clock,
      config,
      metadata,
      alterIsr: (change) => this.#alterIsr(change),
      get diskDelayMs() {
        return diskDelayMs()
      },
      sendBuffers: this.sendBuffers,
      noteChange,
    }
    const every = (periodMs: () => number, action: () => void): void => {
      clock.setTimer(periodMs(), () => {
        if (this.#isStopped) return
        action()
        every(periodMs, action)
      })
    }
    every(
      () => config.number("replica.lag.time.max.ms") / 2,
      () => this.#shrinkIsrs(),
    )
    every(
      () => config.number("replica.high.watermark.checkpoint.interval.ms"),
      () => this.checkpoint(),
    )
    every(
      () => config.number("log.retention.check.interval.ms"),
      () => this.deleteOldSegments(),
    )
    every(
      () => config.number("log.cleaner.backoff.ms"),
      () => void this.#cleanWhatIsWorthIt(),
    )
    every(
      () => PRODUCER_EXPIRATION_CHECK_MS,
      () => this.#setup.logs.expireProducers(),
    )
  }

  get logDir(): Pick<LogFolder, "path" | "failure" | "space"> {
    return this.#setup.logs
  }

  get partitions(): Iterable<Partition> {
    return this.#partitions.values()
  }

  get size(): number {
    return this.#partitions.size
  }

  /** UnknownTopicOrPartition, NotLeaderOrFollower (known, but not held here) or KafkaStorageError. */
  partition(topic: string, index: number): Partition | ErrorCode {
    const partition = this.#partitions.get(`${topic}-${index}`)
    if (partition) return partition.log.failure ? ErrorCode.KafkaStorageError : partition
    const image = this.#setup.metadata.partition(topic, index)
    if (!image) return ErrorCode.UnknownTopicOrPartition
    return image.replicas.includes(this.#setup.brokerId) && this.#setup.logs.failure
      ? ErrorCode.KafkaStorageError
      : ErrorCode.NotLeaderOrFollower
  }

  /** UnknownTopicId where the metadata has no such topic. */
  partitionById(topicId: string, index: number): Partition | ErrorCode {
    const topic = this.#setup.metadata.topicById(topicId)
    return topic ? this.partition(topic.name, index) : ErrorCode.UnknownTopicId
  }

  /** As `partition`, and this broker leads it. */
  leader(topic: string, index: number): Partition | ErrorCode {
    const partition = this.partition(topic, index)
    if (typeof partition === "number" || partition.isLeader) return partition
    return ErrorCode.NotLeaderOrFollower
  }

  own(topic: string, owner: PartitionOwner): void {
    this.#owners.set(topic, owner)
  }

  /** Does what a piece of the metadata log asks of this broker. */
  applyChanges(changes: ImageChanges): void {
    const { metadata } = this.#setup
    if (changes.removedTopics.length > 0) this.#removeTopics(new Set(changes.removedTopics.map(({ id }) => id)))
    if (changes.isWhole) this.#removeUnknown()
    const touched = changes.isWhole
      ? [...metadata.topics.values()].flatMap(({ partitions }) => partitions)
      : [...changes.partitions].flatMap(([topic, indexes]) =>
          [...indexes].flatMap((index) => metadata.partition(topic, index) ?? []),
        )
    const moved = touched.flatMap((image) => this.#applyPartition(image) ?? [])
    for (const { partition, wasLeader } of moved) this.#tellOwner(partition, wasLeader)
    this.#applyConfigs(changes)
    // Who may join an ISR, and whom a deletion waits for, depends on who lives.
    if (changes.brokers.size > 0) for (const partition of this.#partitions.values()) partition.reconsider()
    if (this.#setup.logs.isCheckpointDue) this.checkpoint()
  }

  /** When the broker has caught up with the metadata, before it takes over what is its own. */
  setAsideStrays(): void {
    const { logs, metadata, brokerId } = this.#setup
    logs.setAsideStrays(({ topic, partition }) => {
      // The quorum's log is nobody's replica.
      return topic === METADATA_TOPIC || metadata.partition(topic, partition)?.replicas.includes(brokerId) === true
    })
  }

  /** This broker's follower of the partition stops fetching, until `unfreeze`. */
  freeze(topic: string, index: number): void {
    this.#frozen.add(`${topic}-${index}`)
    const partition = this.#partitions.get(`${topic}-${index}`)
    if (partition) this.#unfollow(partition)
  }

  unfreeze(topic: string, index: number): void {
    if (!this.#frozen.delete(`${topic}-${index}`)) return
    const partition = this.#partitions.get(`${topic}-${index}`)
    if (partition) this.#follow(partition)
  }

  checkpoint(): void {
    this.#setup.logs.checkpoint((log) => this.#highWatermarkOf(log))
  }

  /** Retention now; returns how many segments went. */
  deleteOldSegments(): number {
    const removed = this.#setup.logs.deleteOldSegments((log) => this.#highWatermarkOf(log))
    if (removed > 0) this.#setup.noteChange()
    return removed
  }

  /** Compacts this broker's replica now, however dirty it is; undefined where it holds none. */
  async clean(topic: string, index: number): Promise<CleanResult | undefined> {
    const partition = this.#partitions.get(`${topic}-${index}`)
    if (!partition) return undefined
    const result = await this.#setup.logs.clean(partition.log, partition.lastStableOffset, this.#letOthersWork)
    this.#setup.noteChange(topic)
    return result
  }

  /** One log after the other, the dirtiest first, until none is worth it. */
  async #cleanWhatIsWorthIt(): Promise<void> {
    if (this.#isCleaning) return
    this.#isCleaning = true
    const lastStableOf = (log: PartitionLog) =>
      this.#partitions.get(`${log.topic}-${log.partition}`)?.lastStableOffset ?? 0
    while (!this.#isStopped) {
      const result = await this.#setup.logs.cleanDirtiest(lastStableOf, this.#letOthersWork)
      if (!result || result.cleanedTo <= result.cleanedFrom) break
      this.#setup.noteChange()
    }
    this.#isCleaning = false
  }

  readonly #letOthersWork = (): Promise<void> => wait(this.#setup.clock, 0)

  /** The broker stops: nothing is led or followed any more. */
  stop(): void {
    this.#isStopped = true
    for (const fetcher of this.#fetchers.values()) fetcher.stop()
    for (const partition of this.#partitions.values()) partition.end()
  }

  /** After `stop`, on a controlled shutdown: leaves the folder so that the next start can trust it. */
  async close(brokerEpoch: number): Promise<void> {
    await this.#setup.logs.close(brokerEpoch, (log) => this.#highWatermarkOf(log))
  }

  #applyPartition(image: PartitionImage): { partition: Partition; wasLeader: boolean } | undefined {
    const key = `${image.topic}-${image.index}`
    const held = this.#partitions.get(key)
    if (!image.replicas.includes(this.#setup.brokerId)) {
      if (held) this.#removePartition(key, held)
      return undefined
    }
    const partition = held ?? this.#openPartition(key, image)
    if (!partition) return undefined
    const wasLeader = partition.isLeader
    const before = partition.leaderId
    const isNew = partition.applyImage(image)
    // A fresh replica begins with the image that it was made from: it is followed, or led, for the first time.
    if (!isNew && held) return undefined
    if (before !== image.leader || !held || isNew) this.#unfollow(partition, before)
    this.#follow(partition)
    this.#setup.noteChange(image.topic)
    return { partition, wasLeader }
  }

  #openPartition(key: string, image: PartitionImage): Partition | undefined {
    const { logs, config, parts } = this.#setup
    const logConfig = logConfigOf((name) => config.topicValue(image.topic, name))
    const opened = logs.openLog(image.topic, image.index, image.topicId, logConfig)
    if (!opened.ok) return undefined
    // It joins with an epoch that no leader has, so that the first image is always news to it.
    const blank = { ...image, leader: -1, leaderEpoch: -1, partitionEpoch: -1 }
    const highWatermark = logs.checkpointedHighWatermark(opened.value)
    const partition = parts.newPartition(this.#context, blank, opened.value, highWatermark, parts.newLeaderRole)
    this.#partitions.set(key, partition)
    return partition
  }

  #tellOwner(partition: Partition, wasLeader: boolean): void {
    const owner = this.#owners.get(partition.topic)
    if (wasLeader) owner?.onResigned(partition.index)
    if (partition.isLeader) owner?.onElected(partition, partition.leaderEpoch)
  }

  #follow(partition: Partition): void {
    const { brokerId, links, clock, config, brokerEpoch, diskDelayMs, parts } = this.#setup
    const leaderId = partition.leaderId
    const isFrozen = this.#frozen.has(`${partition.topic}-${partition.index}`)
    if (leaderId < 0 || leaderId === brokerId || isFrozen || this.#isStopped) return
    let fetcher = this.#fetchers.get(leaderId)
    if (!fetcher) {
      fetcher = parts.newLeaderFetcher({ brokerId, leaderId, brokerEpoch, links, clock, config, diskDelayMs })
      this.#fetchers.set(leaderId, fetcher)
    }
    fetcher.add(partition)
  }

  #unfollow(partition: Partition, leaderId = partition.leaderId): void {
    this.#fetchers.get(leaderId)?.remove(partition)
  }

  #removeTopics(topicIds: ReadonlySet<string>): void {
    for (const [key, partition] of [...this.#partitions]) {
      if (topicIds.has(partition.topicId)) this.#removePartition(key, partition)
    }
  }

  #removeUnknown(): void {
    for (const [key, partition] of [...this.#partitions]) {
      if (!this.#setup.metadata.topicById(partition.topicId)) this.#removePartition(key, partition)
    }
  }

  #removePartition(key: string, partition: Partition): void {
    this.#partitions.delete(key)
    this.#unfollow(partition)
    if (partition.isLeader) this.#owners.get(partition.topic)?.onResigned(partition.index)
    partition.end()
    this.#setup.logs.removeLog(partition.log)
    this.#setup.noteChange(partition.topic)
  }

  #applyConfigs({ configs }: ImageChanges): void {
    if (configs.size === 0) return
    const isForAll = [...configs].some((key) => !key.startsWith(`${ConfigResourceType.topic}:`))
    for (const partition of this.#partitions.values()) {
      if (!isForAll && !configs.has(configKey(ConfigResourceType.topic, partition.topic))) continue
      partition.log.configure(logConfigOf((name) => this.#setup.config.topicValue(partition.topic, name)))
      partition.reconsider()
    }
  }

  #shrinkIsrs(): void {
    for (const partition of this.#partitions.values()) partition.shrinkIsr()
  }

  #highWatermarkOf(log: PartitionLog): number {
    return this.#partitions.get(`${log.topic}-${log.partition}`)?.highWatermark ?? 0
  }

  /** What changes in one turn goes in one request. */
  #alterIsr(change: IsrChange): Promise<IsrAnswer | undefined> {
    return new Promise((done) => {
      this.#isrChanges.push({ change, done })
      if (this.#isrChanges.length === 1) void Promise.resolve().then(() => this.#sendIsrChanges())
    })
  }

  async #sendIsrChanges(): Promise<void> {
    const asked = this.#isrChanges
    this.#isrChanges = []
    const { brokerId, controller, metadata, brokerEpoch } = this.#setup
    const topics = asked.map(({ change }) => ({
      topicId: change.topicId,
      partitions: [
        {
          partitionIndex: change.index,
          leaderEpoch: change.leaderEpoch,
          newIsrWithEpochs: change.isr.map((id) => ({ brokerId: id, brokerEpoch: metadata.broker(id)?.epoch ?? -1 })),
          leaderRecoveryState: change.leaderRecoveryState,
          partitionEpoch: change.partitionEpoch,
        },
      ],
    }))
    const body = { brokerId, brokerEpoch: brokerEpoch(), topics }
    const response = await controller.request(alterPartition, body, ALTER_PARTITION_TIMEOUT_MS)
    const isRefused = response === undefined || response.errorCode !== ErrorCode.None
    asked.forEach(({ done }, position) => {
      const answer = response?.topics[position]?.partitions[0]
      done(isRefused ? undefined : answer)
    })
  }
}
