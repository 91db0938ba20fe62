import type { fetch } from "../../../protocol/api/01_fetch"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { ElementOf, ResponseInput } from "../../../protocol/schema"
import type { Clock } from "../../clock"
import type { FetchPulse } from "./follower"
import type { Divergence, Partition, PartitionRead } from "./partition"
import type { ReplicaWatcher } from "./replica"

export type FetchedPartition = NonNullable<
  ElementOf<NonNullable<ElementOf<NonNullable<ResponseInput<typeof fetch>["responses"]>>["partitions"]>>
>

/** One partition as a fetcher asks for it. */
export interface FetchAsk {
  /** The topic as the fetcher names it, by name or by id: what its session knows it by, be it known here or not. */
  readonly topicKey: string
  readonly topic: string
  readonly topicId: string
  readonly index: number
  readonly fetchOffset: number
  readonly maxBytes: number
  readonly currentLeaderEpoch: number
  readonly lastFetchedEpoch: number
  readonly logStartOffset: number
  /** The request already knows why this one is refused: not authorised. */
  readonly refusal?: ErrorCode
}

export interface FetchAnswer {
  readonly ask: FetchAsk
  readonly partition: FetchedPartition
}

/** Who fetches, and how. */
export interface Fetcher {
  /** -1: a consumer. */
  readonly replicaId: number
  readonly replicaEpoch: number
  readonly isolation: "read_uncommitted" | "read_committed"
  /** A consumer that is new enough to be sent to followers (KIP-392). */
  readonly mayReadFollowers: boolean
  /** It names topics by their ids. */
  readonly usesTopicIds: boolean
  /** As the metadata has it; undefined for one that is too old to be told where the leader is (KIP-951). */
  readonly leaderOf: (ask: FetchAsk) => KnownLeader | undefined
  /** The replica that is asked, or why it cannot answer. */
  readonly find: (ask: FetchAsk) => Partition | ErrorCode
  /** For a consumer in another rack: a replica nearer to it (KIP-392); -1: none. */
  readonly preferredReplica: (partition: Partition, offset: number) => number
}

export interface KnownLeader {
  readonly leaderId: number
  readonly leaderEpoch: number
}

export interface FetchBounds {
  readonly maxWaitMs: number
  readonly minBytes: number
  readonly maxBytes: number
}

interface Entry extends ReplicaWatcher {
  ask: FetchAsk
  partition: Partition | undefined
  sentHighWatermark: number
  sentLogStart: number
}

const NOTHING = Buffer.alloc(0)
const LAST_EPOCH = 2 ** 31 - 1

/**
 * What one fetcher wants, from one request or over many (KIP-227): a session keeps the partitions, so that a request
 * names only what changed, and a reply only what has news. Only partitions that moved are looked at.
 */
export class FetchSession implements FetchPulse {
  epoch = 1
  lastFetchMs = 0
  readonly beganMs: number
  readonly #entries = new Map<string, Entry>()
  /** To be looked at: something has changed, or there are records that were not sent yet. */
  readonly #dirty = new Set<Entry>()
  /** Looked at, without records: their watermark or start goes along with the next answer. */
  readonly #toTell = new Set<Entry>()
  readonly #clock: Clock
  #fetcher: Fetcher
  #wake: (() => void) | undefined

  constructor(
    readonly id: number,
    fetcher: Fetcher,
    clock: Clock,
  ) {
    this.#fetcher = fetcher
    this.#clock = clock
    this.beganMs = clock.now()
  }

  get size(): number {
    return this.#entries.size
  }

  get brokerEpoch(): number {
    return this.#fetcher.replicaEpoch
  }

  get usesTopicIds(): boolean {
    return this.#fetcher.usesTopicIds
  }

  /** A follower's: replication must go on, however many consumers want sessions. */
  get isPrivileged(): boolean {
    return this.#fetcher.replicaId >= 0
  }

  /** The next request of the session; whoever still waits for the last is answered. */
  goOn(fetcher: Fetcher): void {
    this.#fetcher = fetcher
    this.epoch = this.epoch === LAST_EPOCH ? 1 : this.epoch + 1
    this.supersede()
  }

  /** Takes over what a request says of its partitions. As from a follower: how far it is. */
  ask(asks: readonly FetchAsk[]): void {
    this.lastFetchMs = this.#clock.now()
    for (const ask of asks) {
      const key = `${ask.topicKey}-${ask.index}`
      const entry = this.#entries.get(key) ?? this.#newEntry(ask)
      entry.ask = ask
      this.#entries.set(key, entry)
      this.#dirty.add(entry)
      this.#noteProgress(entry)
    }
  }

  forget(topicKey: string, index: number): void {
    const key = `${topicKey}-${index}`
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#release(entry)
  }

  /** The session is over. */
  close(): void {
    for (const entry of this.#entries.values()) this.#release(entry)
    this.#entries.clear()
    this.supersede()
  }

  /** Whoever is parked is answered now: the fetcher has sent its next request. */
  supersede(): void {
    this.#wake?.()
  }

  /** Parks until there is enough to answer with. `isFull`: every partition is in the answer, news or not. */
  async run(isFull: boolean, bounds: FetchBounds): Promise<FetchAnswer[]> {
    const deadlineMs = this.#clock.now() + bounds.maxWaitMs
    let found = this.#collect(isFull, bounds.maxBytes)
    while (this.#mayWait(found) && found.bytes < bounds.minBytes && this.#clock.now() < deadlineMs) {
      // What the next request has changed is for its own answer.
      if (await this.#park(deadlineMs)) return []
      found = this.#collect(isFull, bounds.maxBytes)
    }
    const reads = isFull ? found.reads : [...found.reads, ...this.#readToTell()]
    this.#toTell.clear()
    for (const { entry, read } of reads) {
      entry.sentHighWatermark = read.highWatermark
      entry.sentLogStart = read.logStartOffset
      if (read.errorCode === ErrorCode.None && read.records.length === 0 && !read.diverging && !read.isCut)
        this.#dirty.delete(entry)
    }
    return reads.map(({ entry, read }) => ({ ask: entry.ask, partition: describe(entry.ask.index, read) }))
  }

  /** Nothing must be told at once, and there is a replica that something may come from. */
  #mayWait(found: Collected): boolean {
    if (found.isUrgent) return false
    for (const { partition } of this.#entries.values()) if (partition) return true
    return false
  }

  #newEntry(ask: FetchAsk): Entry {
    const touch = (isNews: boolean) => {
      this.#dirty.add(entry)
      if (isNews) this.#scheduleWake()
    }
    const isFollower = this.#fetcher.replicaId >= 0
    const entry: Entry = {
      ask,
      partition: undefined,
      sentHighWatermark: -1,
      sentLogStart: -1,
      onAppended: () => isFollower && touch(true),
      // A follower hears of the high watermark with its next answer, as in Kafka.
      onCommitted: () => touch(!isFollower),
      onLost: () => touch(true),
    }
    return entry
  }

  #release(entry: Entry): void {
    this.#dirty.delete(entry)
    this.#toTell.delete(entry)
    entry.partition?.unwatch(entry)
    if (this.#fetcher.replicaId >= 0) entry.partition?.leaveSession(this.#fetcher.replicaId)
  }

  #noteProgress(entry: Entry): void {
    const { replicaId } = this.#fetcher
    const { ask } = entry
    if (replicaId < 0) return
    const partition = this.#find(entry)
    if (typeof partition === "number" || partition.checkLeader(ask.currentLeaderEpoch) !== ErrorCode.None) return
    // A follower whose log is another one has not got this leader's records, however long it is.
    if (partition.divergence(ask.fetchOffset, ask.lastFetchedEpoch)) return
    if (ask.fetchOffset > partition.logEndOffset) return
    partition.noteFollowerFetch(replicaId, ask.fetchOffset, ask.logStartOffset, this)
  }

  #find(entry: Entry): Partition | ErrorCode {
    if (entry.ask.refusal !== undefined) return entry.ask.refusal
    const found = this.#fetcher.find(entry.ask)
    const partition = typeof found === "number" ? undefined : found
    if (entry.partition !== partition) {
      entry.partition?.unwatch(entry)
      partition?.watch(entry)
      entry.partition = partition
    }
    return found
  }

  #collect(isFull: boolean, maxBytes: number): Collected {
    const reads: { entry: Entry; read: EntryRead }[] = []
    let bytes = 0
    let isUrgent = false
    for (const entry of isFull ? [...this.#entries.values()] : [...this.#dirty]) {
      let read = this.#read(entry, maxBytes - bytes)
      // Only the first batch of all may be larger than what is allowed, so that a fetcher never starves (KIP-74).
      const room = Math.min(entry.ask.maxBytes, maxBytes - bytes)
      if (bytes > 0 && read.records.length > room) read = { ...read, records: NOTHING, isCut: true }
      bytes += read.records.length
      isUrgent ||= this.#isUrgent(read)
      const isQuiet = read.errorCode === ErrorCode.None && read.records.length === 0 && !read.diverging && !read.isCut
      const isNews = read.highWatermark !== entry.sentHighWatermark || read.logStartOffset !== entry.sentLogStart
      this.#dirty.delete(entry)
      this.#toTell.delete(entry)
      // Whoever has records goes behind those that were not served yet.
      if (!isQuiet) this.#dirty.add(entry)
      else if (isNews) this.#toTell.add(entry)
      if (isFull || (!isQuiet && !read.isCut)) reads.push({ entry, read })
    }
    return { reads, bytes, isUrgent }
  }

  /** Kafka looks for refused partitions before it waits, and sends them with what it has waited for; a follower asks anew. */
  #isUrgent({ errorCode, diverging, preferred }: EntryRead): boolean {
    const waits = this.#fetcher.replicaId < 0 && BEFORE_REPLICAS.includes(errorCode)
    return (errorCode !== ErrorCode.None && !waits) || diverging !== undefined || preferred >= 0
  }

  #readToTell(): { entry: Entry; read: EntryRead }[] {
    return [...this.#toTell].map((entry) => ({ entry, read: this.#read(entry, 0) }))
  }

  #read(entry: Entry, remainingBytes: number): EntryRead {
    const { ask } = entry
    const partition = this.#find(entry)
    if (typeof partition === "number") {
      return partition === ErrorCode.NotLeaderOrFollower
        ? refusedBy(partition, this.#fetcher.leaderOf(ask))
        : refused(partition)
    }
    const { replicaId, isolation, mayReadFollowers, preferredReplica } = this.#fetcher
    const check = partition.checkLeader(ask.currentLeaderEpoch)
    const isAllowed = check === ErrorCode.None || (check === ErrorCode.NotLeaderOrFollower && mayReadFollowers)
    if (!isAllowed) return this.#refusedBy(partition, ask, check)
    if (partition.log.failure) return refused(ErrorCode.KafkaStorageError)
    const bytes = Math.max(0, Math.min(ask.maxBytes, remainingBytes))
    if (replicaId >= 0) {
      // It has heard of its assignment before its leader has: it is to ask again (Partition.followerReplicaOrThrow).
      if (!partition.replicas.includes(replicaId)) return refused(ErrorCode.UnknownLeaderEpoch)
      const read = partition.readAsLeader(ask.fetchOffset, bytes, ask.lastFetchedEpoch)
      return { ...read, preferred: -1 }
    }
    const preferred = preferredReplica(partition, ask.fetchOffset)
    const read = partition.read(ask.fetchOffset, bytes, isolation)
    // Kafka: an exception while reading leaves every offset of the answer unknown (ReplicaManager.readFromLog).
    if (read.errorCode !== ErrorCode.None) return refused(read.errorCode)
    return preferred >= 0 ? { ...read, records: NOTHING, preferred } : { ...read, preferred }
  }

  /** Somebody else leads, or leads by now. */
  #refusedBy({ leaderId, leaderEpoch }: Partition, ask: FetchAsk, errorCode: ErrorCode): EntryRead {
    const isElsewhere = errorCode === ErrorCode.NotLeaderOrFollower || errorCode === ErrorCode.FencedLeaderEpoch
    const isTold = isElsewhere && this.#fetcher.leaderOf(ask) !== undefined
    return refusedBy(errorCode, isTold ? { leaderId, leaderEpoch } : undefined)
  }

  /** True when the fetcher gave up waiting by sending its next request. */
  #park(deadlineMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isSuperseded: boolean) => {
        timer.cancel()
        this.#wake = undefined
        this.#news = undefined
        resolve(isSuperseded)
      }
      const timer = this.#clock.setTimer(deadlineMs - this.#clock.now(), () => end(false))
      this.#wake = () => end(true)
      this.#news = () => end(false)
    })
  }

  #news: (() => void) | undefined
  #isWakeScheduled = false

  /** What one request appends to many partitions goes out in one answer. */
  #scheduleWake(): void {
    if (this.#isWakeScheduled || !this.#news) return
    this.#isWakeScheduled = true
    void Promise.resolve().then(() => {
      this.#isWakeScheduled = false
      this.#news?.()
    })
  }
}

interface EntryRead extends PartitionRead {
  readonly diverging?: Divergence
  readonly preferred: number
  readonly leader?: KnownLeader
  /** There is more than this answer has room for. */
  readonly isCut?: boolean
}

interface Collected {
  readonly reads: readonly { readonly entry: Entry; readonly read: EntryRead }[]
  readonly bytes: number
  /** Something that must be told at once. */
  readonly isUrgent: boolean
}

/** Refusals before any replica is looked at; their list of aborted transactions is empty, not missing. */
const BEFORE_REPLICAS: readonly number[] = [
  ErrorCode.UnknownTopicOrPartition,
  ErrorCode.UnknownTopicId,
  ErrorCode.TopicAuthorizationFailed,
]

function refused(errorCode: number): EntryRead {
  return {
    errorCode,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    records: NOTHING,
    abortedTransactions: BEFORE_REPLICAS.includes(errorCode) ? [] : null,
    preferred: -1,
  }
}

function refusedBy(errorCode: ErrorCode, leader: KnownLeader | undefined): EntryRead {
  return { ...refused(errorCode), ...(leader && { leader }) }
}

function describe(partitionIndex: number, read: EntryRead): FetchedPartition {
  const { errorCode, highWatermark, lastStableOffset, logStartOffset, abortedTransactions, records, preferred } = read
  return {
    partitionIndex,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    abortedTransactions,
    preferredReadReplica: preferred,
    records,
    ...(read.diverging && { divergingEpoch: read.diverging }),
    ...(read.leader && { currentLeader: read.leader }),
  }
}
