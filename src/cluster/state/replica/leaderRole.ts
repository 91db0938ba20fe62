import { ErrorCode } from "../../../protocol/errorCodes"
import { wait } from "../../clock"
import type { PartitionImage } from "../metadata/imageEntries"
import { type FetchPulse, Follower } from "./follower"
import type { PartitionContext } from "./partitionContext"
import { PendingAppends } from "./pendingAppends"
import type { Replica } from "./replica"

/** How long a leader waits before it asks again for an ISR that no controller answered about. */
const ISR_RETRY_MS = 50

export type NewLeaderRole = (context: PartitionContext, replica: Replica, image: PartitionImage) => LeaderRole

/**
 * What a broker does for a partition while it leads it in one epoch: it knows how far its followers are, decides what
 * is committed and who is in sync (Kafka: the leader's part of Partition).
 */
export class LeaderRole {
  readonly epochStartOffset: number
  readonly appends: PendingAppends
  readonly followers = new Map<number, Follower>()
  readonly #context: PartitionContext
  readonly #replica: Replica
  #image: PartitionImage
  /** An ISR that is asked for; while it is, the larger of both counts. */
  #asked: readonly number[] | undefined
  #isOver = false
  #deletes: { readonly offset: number; readonly done: () => void }[] = []

  constructor(context: PartitionContext, replica: Replica, image: PartitionImage) {
    this.#context = context
    this.#replica = replica
    this.#image = image
    this.appends = new PendingAppends(context.clock)
    this.epochStartOffset = replica.log.logEndOffset
    replica.log.beginEpoch(image.leaderEpoch)
    this.#meetFollowers(context.clock.now())
    this.advance()
  }

  get image(): PartitionImage {
    return this.#image
  }

  get isr(): readonly number[] {
    return this.#image.isr
  }

  /** The ISR with everyone who may be in it by now: what is committed must be with all of them. */
  get maximalIsr(): readonly number[] {
    return this.#asked ? [...new Set([...this.#image.isr, ...this.#asked])] : this.#image.isr
  }

  get minIsr(): number {
    const { topic, replicas } = this.#image
    return Math.min(this.#context.config.topicNumber(topic, "min.insync.replicas"), replicas.length)
  }

  /** The same epoch, newer news: an ISR that the controller agreed to, other replicas. */
  update(image: PartitionImage): void {
    if (image.partitionEpoch <= this.#image.partitionEpoch) return
    this.#image = image
    this.#asked = undefined
    this.#meetFollowers(0)
    this.reconsider()
  }

  /** The ISR, its minimum or who lives has changed: the word of the last fetches may now decide otherwise. */
  reconsider(): void {
    const now = this.#context.clock.now()
    const maxLagMs = this.#context.config.number("replica.lag.time.max.ms")
    for (const follower of this.followers.values()) if (follower.isFetching(now, maxLagMs)) this.#admit(follower)
    this.advance()
    this.#completeDeletes()
  }

  /** The epoch is over: nobody gets an acknowledgement from this leader any more. */
  end(): void {
    this.#isOver = true
    this.appends.failAll(ErrorCode.NotLeaderOrFollower)
    for (const { done } of this.#deletes.splice(0)) done()
  }

  /** Before and after every append of this leader. */
  noteAppend(endBefore: number): void {
    for (const follower of this.followers.values()) follower.noteAppend(endBefore)
    this.advance()
  }

  /** A follower fetched: it has everything below `offset`. */
  noteFetch(brokerId: number, offset: number, logStart: number, pulse: FetchPulse): void {
    const follower = this.followers.get(brokerId)
    if (!follower) return
    follower.noteFetch(offset, logStart, this.#replica.log.logEndOffset, this.#context.clock.now(), pulse)
    this.#admit(follower)
    this.advance()
    this.#completeDeletes()
  }

  leaveSession(brokerId: number): void {
    this.followers.get(brokerId)?.leaveSession(this.#replica.log.logEndOffset)
  }

  /**
   * Moves the high watermark to what every replica of the maximal ISR has, and every one that is about to join it.
   * It stands still while the ISR is below its minimum (KIP-966). Kafka: Partition.maybeIncrementLeaderHW.
   */
  advance(): void {
    if (this.#isOver) return
    const { log } = this.#replica
    if (this.#image.isr.length >= this.minIsr) {
      let offset = log.logEndOffset
      const isr = this.maximalIsr
      const now = this.#context.clock.now()
      for (const follower of this.followers.values()) {
        const counts = isr.includes(follower.brokerId) || this.#isJoining(follower, now)
        if (counts) offset = Math.min(offset, Math.max(follower.logEnd, 0))
      }
      if (offset > this.#replica.highWatermark && this.#replica.setHighWatermark(offset))
        this.#context.noteChange(this.#image.topic)
    }
    const hasEnough = this.#image.isr.length >= this.minIsr
    this.appends.complete(
      this.#replica.highWatermark,
      hasEnough ? ErrorCode.None : ErrorCode.NotEnoughReplicasAfterAppend,
    )
  }

  /** Kafka checks every half of replica.lag.time.max.ms: a silent follower leaves after 1 to 1.5 times it. */
  shrinkIsr(): void {
    if (this.#asked || this.#isOver) return
    // Who was refused for a passing reason tries again: Kafka does so with each fetch, here an idle one tells nothing.
    this.reconsider()
    if (this.#asked) return
    const { clock, config, brokerId } = this.#context
    const maxLagMs = config.number("replica.lag.time.max.ms")
    const end = this.#replica.log.logEndOffset
    const now = clock.now()
    const inSync = this.isr.filter(
      (id) => id === brokerId || (this.followers.get(id)?.isInSync(end, now, maxLagMs) ?? false),
    )
    if (inSync.length < this.isr.length) void this.#ask(inSync)
  }

  /** Resolves once every live replica starts at or behind `offset`. */
  followDelete(offset: number): Promise<void> {
    return new Promise((done) => {
      this.#deletes.push({ offset, done })
      this.#completeDeletes()
    })
  }

  /** The lowest start among the replicas that live (Kafka: Partition.lowWatermarkIfLeader). */
  get lowWatermark(): number {
    const live = [...this.followers.values()].filter(({ brokerId }) => this.#context.metadata.isLive(brokerId))
    return Math.min(this.#replica.log.logStartOffset, ...live.map(({ logStart }) => logStart))
  }

  #completeDeletes(): void {
    if (this.#deletes.length === 0) return
    const low = this.lowWatermark
    const done = this.#deletes.filter(({ offset }) => offset <= low)
    this.#deletes = this.#deletes.filter(({ offset }) => offset > low)
    for (const each of done) each.done()
  }

  /** Caught up with what is committed and with this epoch: it belongs in the ISR (Kafka: maybeExpandIsr). */
  #admit(follower: Follower): void {
    if (this.#asked || this.isr.includes(follower.brokerId)) return
    const isCaughtUp = follower.logEnd >= this.#replica.highWatermark && follower.logEnd >= this.epochStartOffset
    if (isCaughtUp && this.#mayJoin(follower)) void this.#ask([...this.isr, follower.brokerId])
  }

  /** Kafka: shouldWaitForReplicaToJoinIsr. */
  #isJoining(follower: Follower, now: number): boolean {
    const maxLagMs = this.#context.config.number("replica.lag.time.max.ms")
    return (
      follower.logEnd >= this.#replica.highWatermark &&
      follower.logEnd >= 0 &&
      follower.isInSync(this.#replica.log.logEndOffset, now, maxLagMs) &&
      this.#mayJoin(follower)
    )
  }

  /** It lives, and in the life that fetched: what an earlier one had may be gone (KIP-903). */
  #mayJoin({ brokerId, brokerEpoch }: Follower): boolean {
    const broker = this.#context.metadata.broker(brokerId)
    return broker !== undefined && !broker.fenced && !broker.inControlledShutdown && broker.epoch === brokerEpoch
  }

  async #ask(isr: readonly number[]): Promise<void> {
    const { topicId, index, leaderEpoch, partitionEpoch } = this.#image
    this.#asked = isr
    const answer = await this.#context.alterIsr({
      topicId,
      index,
      leaderEpoch,
      partitionEpoch,
      isr,
      leaderRecoveryState: 0,
    })
    if (this.#isOver || this.#asked !== isr) return
    if (!answer) {
      await wait(this.#context.clock, ISR_RETRY_MS)
      if (!this.#isOver && this.#asked === isr) await this.#ask(isr)
      return
    }
    this.#asked = undefined
    // On success and on refusal the truth comes with the metadata; the answer is only quicker.
    if (answer.errorCode === ErrorCode.None && answer.leaderEpoch === leaderEpoch) {
      this.update({ ...this.#image, isr: answer.isr, partitionEpoch: answer.partitionEpoch, leaderRecoveryState: 0 })
    } else this.advance()
  }

  #meetFollowers(sinceMs: number): void {
    const { brokerId } = this.#context
    const others = this.#image.replicas.filter((id) => id !== brokerId)
    for (const id of [...this.followers.keys()]) if (!others.includes(id)) this.followers.delete(id)
    for (const id of others) {
      if (this.followers.has(id)) continue
      this.followers.set(id, new Follower(id, this.isr.includes(id) ? sinceMs : 0))
    }
  }
}
