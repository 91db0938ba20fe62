/** When the fetcher of a follower last asked; shared by all partitions of its fetch session. */
export interface FetchPulse {
  readonly lastFetchMs: number
  /** The life of the broker that fetches (KIP-903). */
  readonly brokerEpoch: number
}

/** What a leader knows of one follower (Kafka: Replica.ReplicaState). */
export class Follower {
  logEnd = -1
  logStart = -1
  #lastCaughtUpMs: number
  #lastFetchMs = 0
  #leaderEndAtLastFetch = 0
  #pulse: FetchPulse | undefined

  /** `sinceMs`: a new leader trusts the ISR that it found as if it had just caught up. */
  constructor(
    readonly brokerId: number,
    sinceMs: number,
  ) {
    this.#lastCaughtUpMs = sinceMs
  }

  get lastCaughtUpMs(): number {
    return this.#lastCaughtUpMs
  }

  /**
   * The follower has everything below `offset`. Caught up means: it reached the log end, or the log end of the time of
   * its last fetch, so that a follower that is always a little behind a busy leader counts.
   */
  noteFetch(offset: number, logStart: number, leaderEnd: number, nowMs: number, pulse: FetchPulse): void {
    if (offset >= leaderEnd) this.#lastCaughtUpMs = nowMs
    else if (offset >= this.#leaderEndAtLastFetch) {
      this.#lastCaughtUpMs = Math.max(this.#lastCaughtUpMs, this.#lastFetchMs)
    }
    this.logEnd = offset
    this.logStart = logStart
    this.#leaderEndAtLastFetch = leaderEnd
    this.#lastFetchMs = nowMs
    this.#pulse = pulse
  }

  /** Before the leader appends: a follower that had everything had it when its session last fetched. */
  noteAppend(leaderEndBefore: number): void {
    if (this.logEnd < leaderEndBefore || !this.#pulse) return
    this.#lastCaughtUpMs = Math.max(this.#lastCaughtUpMs, this.#pulse.lastFetchMs)
    this.#lastFetchMs = Math.max(this.#lastFetchMs, this.#pulse.lastFetchMs)
  }

  /** Its session no longer asks for this partition. */
  leaveSession(leaderEnd: number): void {
    this.noteAppend(leaderEnd)
    this.#pulse = undefined
  }

  /** The life of the broker that has what this says; -1: it does not fetch. */
  get brokerEpoch(): number {
    return this.#pulse?.brokerEpoch ?? -1
  }

  isFetching(nowMs: number, maxLagMs: number): boolean {
    return this.#pulse !== undefined && nowMs - this.#pulse.lastFetchMs <= maxLagMs
  }

  /** Kafka: ReplicaState.isCaughtUp. */
  isInSync(leaderEnd: number, nowMs: number, maxLagMs: number): boolean {
    return this.logEnd === leaderEnd || nowMs - this.#lastCaughtUpMs <= maxLagMs
  }
}
