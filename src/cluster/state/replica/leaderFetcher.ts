import { fetch } from "../../../protocol/api/01_fetch"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { ElementOf, ResponseOf } from "../../../protocol/schema"
import { type Clock, wait } from "../../clock"
import type { Links } from "../../links"
import type { NodeConfig } from "../nodeConfig"
import type { Partition } from "./partition"

/** How long a partition rests after its leader refused it, and the fetcher after its leader was not reached. */
const RETRY_MS = 100
const NEW_SESSION = 0

interface Followed {
  readonly partition: Partition
  /** What was asked for last: an answer to anything else is void. */
  askedOffset: number
  isResting: boolean
}

export interface LeaderFetcherSetup {
  readonly brokerId: number
  readonly leaderId: number
  readonly brokerEpoch: () => number
  readonly links: Links
  readonly clock: Clock
  readonly config: NodeConfig
  readonly diskDelayMs: () => number
}

/**
 * What became of a request. "in vain": the leader answered before its time and had nothing to say, as one does that is
 * at fault; asking again at once would keep both busy for nothing.
 */
type FetchOutcome = "taken" | "in vain" | "failed"

type Answer = ElementOf<ElementOf<ResponseOf<typeof fetch>["responses"]>["partitions"]>

/**
 * Fetches from one leader for all partitions that this broker follows there (Kafka: ReplicaFetcherThread), in one
 * incremental fetch session: a request names what moved, and is parked at the leader while nothing does.
 */
export class LeaderFetcher {
  readonly #setup: LeaderFetcherSetup
  readonly #followed = new Map<string, Followed>()
  readonly #changed = new Set<Followed>()
  readonly #forgotten: Partition[] = []
  /** Counts sessions: an answer that belongs to an older one says nothing of the present. */
  #session = 0
  #sessionId = 0
  #sessionEpoch = NEW_SESSION
  /** The leader has no room for a session: everything is asked for each time, and waits. */
  #isWithoutSession = false
  #isRunning = false
  #isStopped = false
  #nudge: (() => void) | undefined

  constructor(setup: LeaderFetcherSetup) {
    this.#setup = setup
  }

  get size(): number {
    return this.#followed.size
  }

  add(partition: Partition): void {
    const followed = { partition, askedOffset: -1, isResting: false }
    this.#followed.set(keyOf(partition), followed)
    this.#changed.add(followed)
    if (this.#isRunning) this.#nudge?.()
    else void this.#run()
  }

  remove(partition: Partition): void {
    const followed = this.#followed.get(keyOf(partition))
    if (!followed) return
    this.#followed.delete(keyOf(partition))
    this.#changed.delete(followed)
    this.#forgotten.push(followed.partition)
    this.#nudge?.()
  }

  stop(): void {
    this.#isStopped = true
    this.#nudge?.()
  }

  async #run(): Promise<void> {
    const { clock, diskDelayMs } = this.#setup
    this.#isRunning = true
    // Whatever the present turn still adds goes with the first request.
    await Promise.resolve()
    while (!this.#isStopped && (this.#followed.size > 0 || this.#forgotten.length > 0)) {
      const isFull = this.#sessionEpoch === NEW_SESSION
      if (isFull && !this.#isAnyWanted) {
        // Where there is no session there is nothing to be taken out of it, and who rests is not asked about.
        this.#forgotten.length = 0
        this.#changed.clear()
        if (this.#followed.size > 0) await this.#nudged()
        continue
      }
      // The request that begins a session is not parked, and nothing can be added to it on its way.
      const answer = this.#send(isFull)
      const outcome = isFull ? await answer : await Promise.race([answer, this.#nudged()])
      this.#nudge = undefined
      switch (outcome) {
        case "nudged":
          await Promise.resolve()
          break
        case "failed":
        case "in vain":
          await wait(clock, RETRY_MS)
          break
        case "taken":
          if (diskDelayMs() > 0) await wait(clock, diskDelayMs())
      }
    }
    this.#isRunning = false
  }

  get #isAnyWanted(): boolean {
    for (const { isResting } of this.#followed.values()) if (!isResting) return true
    return false
  }

  /** Something changed that the leader does not know of: the next request goes while the last is still parked. */
  #nudged(): Promise<"nudged"> {
    return new Promise((resolve) => {
      this.#nudge = () => resolve("nudged")
      if (this.#changed.size > 0 || this.#forgotten.length > 0) resolve("nudged")
    })
  }

  async #send(isFull: boolean): Promise<FetchOutcome> {
    const { brokerId, leaderId, links, clock, config } = this.#setup
    const asked = [...(isFull ? this.#followed.values() : this.#changed)].filter(({ isResting }) => !isResting)
    this.#changed.clear()
    const forgotten = isFull ? [] : this.#forgotten.filter((partition) => !this.#isWanted(partition))
    this.#forgotten.length = 0
    const maxWaitMs = isFull && !this.#isWithoutSession ? 0 : config.number("replica.fetch.wait.max.ms")
    const body = {
      replicaState: { replicaId: brokerId, replicaEpoch: this.#setup.brokerEpoch() },
      maxWaitMs,
      minBytes: config.number("replica.fetch.min.bytes"),
      maxBytes: config.number("replica.fetch.response.max.bytes"),
      sessionId: this.#sessionId,
      sessionEpoch: this.#sessionEpoch,
      topics: asked.map((followed) => this.#ask(followed)),
      forgottenTopicsData: forgotten.map(({ topicId, index }) => ({ topicId, partitions: [index] })),
    }
    const session = this.#session
    this.#sessionEpoch++
    const sentMs = clock.now()
    const response = await links.send(brokerId, leaderId, fetch, fetch.versions[1], body)
    if (this.#isStopped) return "taken"
    const isPresent = session === this.#session
    if (!response || response.errorCode !== ErrorCode.None) {
      if (isPresent) this.#restartSession()
      return "failed"
    }
    if (isPresent && isFull) {
      this.#sessionId = response.sessionId
      this.#isWithoutSession = response.sessionId === 0
    }
    // A leader ends a session of which nothing is left.
    const isOver = isPresent && response.sessionId === 0
    if (isOver) this.#restartSession()
    const isProgress = (await this.#takeAll(response)) || (isOver && !isFull) || !isPresent
    const isEarly = clock.now() - sentMs < maxWaitMs / 2
    return isEarly && !isProgress ? "in vain" : "taken"
  }

  #isWanted(partition: Partition): boolean {
    return this.#followed.get(keyOf(partition))?.isResting === false
  }

  #restartSession(): void {
    this.#session++
    this.#sessionId = 0
    this.#sessionEpoch = NEW_SESSION
  }

  #ask(followed: Followed) {
    const { partition } = followed
    followed.askedOffset = partition.logEndOffset
    return {
      topicId: partition.topicId,
      topic: partition.topic,
      partitions: [
        {
          partition: partition.index,
          currentLeaderEpoch: partition.leaderEpoch,
          fetchOffset: partition.logEndOffset,
          lastFetchedEpoch: partition.log.latestEpoch,
          logStartOffset: partition.logStartOffset,
          partitionMaxBytes: this.#setup.config.number("replica.fetch.max.bytes"),
        },
      ],
    }
  }

  /** True when anything of it was news. */
  async #takeAll(response: ResponseOf<typeof fetch>): Promise<boolean> {
    let isProgress = false
    const flushes: Promise<unknown>[] = []
    for (const { topicId, partitions } of response.responses) {
      for (const answer of partitions) {
        const followed = this.#followed.get(`${topicId}-${answer.partitionIndex}`)
        if (!followed) continue
        isProgress = this.#take(followed, answer) || isProgress
        if (followed.partition.log.needsFlush) flushes.push(followed.partition.log.flush())
      }
    }
    // A follower that must flush says that it has the records only once they are safe.
    if (flushes.length > 0) await Promise.all(flushes)
    return isProgress
  }

  #take(followed: Followed, answer: Answer): boolean {
    const { partition } = followed
    // The partition moved on since it was asked for: a truncation, or a second answer to the same question.
    if (partition.logEndOffset !== followed.askedOffset) return false
    if (answer.errorCode === ErrorCode.OffsetOutOfRange) {
      this.#cut(followed, () => answer.logStartOffset >= 0 && partition.restartAt(answer.logStartOffset))
      return true
    }
    if (answer.errorCode !== ErrorCode.None) {
      this.#rest(followed)
      return true
    }
    if (answer.divergingEpoch.endOffset >= 0) {
      this.#cut(followed, () => truncate(partition, answer.divergingEpoch))
      return true
    }
    const batches = answer.records ?? Buffer.alloc(0)
    const { logStartOffset: startBefore, highWatermark: highWatermarkBefore } = partition
    const errorCode = partition.appendAsFollower(batches, answer.highWatermark, answer.logStartOffset)
    if (errorCode !== ErrorCode.None) this.#rest(followed)
    // The leader waits to hear of a new start as well: DeleteRecords is done when every replica has it.
    else if (batches.length > 0 || partition.logStartOffset !== startBefore) this.#changed.add(followed)
    else return partition.highWatermark !== highWatermarkBefore
    return true
  }

  /** After a cut the leader is asked anew, at once; where nothing was cut it would only say the same again. */
  #cut(followed: Followed, cut: () => void): void {
    const { log } = followed.partition
    const [endBefore, epochBefore] = [log.logEndOffset, log.latestEpoch]
    cut()
    if (log.logEndOffset !== endBefore || log.latestEpoch !== epochBefore) this.#changed.add(followed)
    else this.#rest(followed)
  }

  /** Asks nothing about the partition for a while (Kafka: AbstractFetcherThread.delayPartitions). */
  #rest(followed: Followed): void {
    if (followed.isResting) return
    followed.isResting = true
    this.#forgotten.push(followed.partition)
    this.#setup.clock.setTimer(RETRY_MS, () => {
      if (this.#followed.get(keyOf(followed.partition)) !== followed) return
      followed.isResting = false
      this.#changed.add(followed)
      this.#nudge?.()
    })
  }
}

/** Cuts what the leader does not have: to where both logs end in the newest epoch that they share (KIP-595). */
function truncate(
  partition: Partition,
  { epoch, endOffset }: { readonly epoch: number; readonly endOffset: number },
): void {
  const own = partition.log.endOffsetForEpoch(epoch)
  const shared = epoch < 0 || own.epoch < 0 ? endOffset : Math.min(own.endOffset, endOffset)
  if (shared < partition.logStartOffset) partition.restartAt(shared)
  else partition.truncateTo(Math.min(shared, partition.logEndOffset))
}

function keyOf({ topicId, index }: { readonly topicId: string; readonly index: number }): string {
  return `${topicId}-${index}`
}
