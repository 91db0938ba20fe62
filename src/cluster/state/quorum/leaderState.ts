import { beginQuorumEpoch } from "../../../protocol/api/53_beginQuorumEpoch"
import { encodeControlRecord } from "../../../protocol/record/controlRecords"
import { encodeBatch } from "../../../protocol/recordBatch"
import type { Timer } from "../../clock"
import { METADATA_TOPIC } from "./metadataLog"
import type { QuorumMember } from "./quorumMember"

/** What the leader knows of one other replica, voter or observer. */
export interface ReplicaProgress {
  logEnd: number
  lastFetchMs: number
  lastCaughtUpMs: number
}

interface ParkedFetch {
  readonly offset: number
  readonly highWatermark: number
  readonly answer: () => void
}

/** A leader that hears from no majority for so many fetch timeouts gives up (Kafka: CHECK_QUORUM_TIMEOUT_FACTOR). */
const CHECK_QUORUM_FACTOR = 1.5

/** A leader's bookkeeping for one epoch: how far everyone is, what is committed, who waits. */
export class LeaderState {
  readonly #member: QuorumMember
  readonly #epoch: number
  readonly #grantingVoters: readonly number[]
  readonly replicas = new Map<number, ReplicaProgress>()
  readonly #parked = new Set<ParkedFetch>()
  readonly #commits: { readonly offset: number; readonly done: (committed: boolean) => void }[] = []
  #checkTimer: Timer | undefined
  #flushing = false
  /** The offset of this epoch's LeaderChange message: nothing older is committed before it is. */
  epochStartOffset: number

  constructor(member: QuorumMember, grantingVoters: readonly number[]) {
    this.#member = member
    this.#epoch = member.epoch
    this.#grantingVoters = grantingVoters
    this.epochStartOffset = member.setup.log.endOffset
  }

  /** Writes the epoch's first record and tells the other voters. */
  begin(): void {
    const { setup } = this.#member
    for (const voter of this.#others()) this.replicas.set(voter, { logEnd: -1, lastFetchMs: -1, lastCaughtUpMs: -1 })
    const fields = {
      version: 0,
      leaderId: setup.id,
      voters: setup.voters.map((voterId) => ({ voterId })),
      grantingVoters: this.#grantingVoters.map((voterId) => ({ voterId })),
    }
    const record = { ...encodeControlRecord("leaderChange", fields), timestamp: setup.clock.now() }
    setup.log.append(encodeBatch({ records: [record], isControl: true }), this.#epoch)
    this.#flush()
    for (const voter of this.#others()) void this.#announce(voter)
    if (setup.voters.length > 1) this.#armCheck()
  }

  /** The epoch is over: nobody learns more from this leader. */
  end(): void {
    this.#checkTimer?.cancel()
    for (const { answer } of [...this.#parked]) answer()
    for (const { done } of this.#commits.splice(0)) done(false)
  }

  /**
   * Appends records as one batch, at once. Returns the offset of the last, undefined when the disk refused.
   * `committed` hears true once a majority has them; false when this leader's time ended before (they may yet be).
   */
  append(values: readonly Buffer[], committed: (isCommitted: boolean) => void): number | undefined {
    const { clock, log } = this.#member.setup
    const timestamp = clock.now()
    const end = log.append(encodeBatch({ records: values.map((value) => ({ value, timestamp })) }), this.#epoch)
    if (end === undefined) return undefined
    this.#commits.push({ offset: end - 1, done: committed })
    this.#flush()
    return end - 1
  }

  /** A replica has everything below `logEnd`. */
  noteFetch(replicaId: number, logEnd: number): void {
    const { clock, log } = this.#member.setup
    const now = clock.now()
    const progress = this.replicas.get(replicaId) ?? { logEnd: -1, lastFetchMs: -1, lastCaughtUpMs: -1 }
    progress.logEnd = logEnd
    progress.lastFetchMs = now
    if (logEnd >= log.endOffset) progress.lastCaughtUpMs = now
    this.replicas.set(replicaId, progress)
    if (this.#isVoter(replicaId)) this.#advance()
  }

  /** Resolves when there is something beyond `offset`, a higher high watermark, or after `maxWaitMs`. */
  park(offset: number, highWatermark: number, maxWaitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const parked: ParkedFetch = {
        offset,
        highWatermark,
        answer: () => {
          timer.cancel()
          this.#parked.delete(parked)
          resolve()
        },
      }
      const timer = this.#member.setup.clock.setTimer(maxWaitMs, parked.answer)
      this.#parked.add(parked)
    })
  }

  hasNews(offset: number, highWatermark: number): boolean {
    return this.#member.setup.log.flushedEnd > offset || this.#member.highWatermark > highWatermark
  }

  /** Groups commits: what is appended during a flush goes with the next. */
  #flush(): void {
    if (this.#flushing) return
    this.#flushing = true
    const { log } = this.#member.setup
    void log.flush().then((isFlushed) => {
      this.#flushing = false
      if (this.#member.leaderId !== this.#member.setup.id || this.#member.epoch !== this.#epoch) return
      if (!isFlushed) return
      this.#advance()
      if (log.flushedEnd < log.endOffset) this.#flush()
    })
  }

  /** The high watermark: what a majority of the voters has, once this epoch's first record is among it (Raft §5.4.2). */
  #advance(): void {
    const { log, voters, id } = this.#member.setup
    const ends = voters
      .map((voter) => (voter === id ? log.flushedEnd : (this.replicas.get(voter)?.logEnd ?? -1)))
      .sort((a, b) => b - a)
    const agreed = ends[Math.floor(voters.length / 2)] ?? -1
    if (agreed > this.epochStartOffset) this.#member.advanceHighWatermark(agreed)
    while (this.#commits[0] && this.#commits[0].offset < this.#member.highWatermark) this.#commits.shift()?.done(true)
    for (const parked of [...this.#parked]) if (this.hasNews(parked.offset, parked.highWatermark)) parked.answer()
  }

  async #announce(voter: number): Promise<void> {
    const { setup } = this.#member
    const partition = { partitionIndex: 0, leaderId: setup.id, leaderEpoch: this.#epoch }
    const body = {
      clusterId: setup.clusterId,
      voterId: voter,
      topics: [{ topicName: METADATA_TOPIC, partitions: [partition] }],
    }
    const { requestTimeoutMs } = setup.timeouts
    await setup.links.send(setup.id, voter, beginQuorumEpoch, beginQuorumEpoch.versions[1], body, requestTimeoutMs)
    // Until a voter fetches it may not know of this leader: it is told again.
    const isOver = this.#member.epoch !== this.#epoch || this.#member.leaderId !== setup.id
    if (isOver || (this.replicas.get(voter)?.lastFetchMs ?? -1) >= 0) return
    setup.clock.setTimer(setup.timeouts.fetchTimeoutMs / 2, () => void this.#announceAgain(voter))
  }

  async #announceAgain(voter: number): Promise<void> {
    const isOver = this.#member.epoch !== this.#epoch || this.#member.role !== "leader"
    if (!isOver) await this.#announce(voter)
  }

  #armCheck(): void {
    const { clock, timeouts, voters } = this.#member.setup
    const delayMs = timeouts.fetchTimeoutMs * CHECK_QUORUM_FACTOR
    const since = clock.now()
    this.#checkTimer = clock.setTimer(delayMs, () => {
      const heard = this.#others().filter((voter) => (this.replicas.get(voter)?.lastFetchMs ?? -1) >= since)
      if (heard.length + 1 > voters.length / 2) this.#armCheck()
      else this.#member.becomeUnattached(this.#epoch)
    })
  }

  #isVoter(id: number): boolean {
    return this.#member.setup.voters.includes(id)
  }

  #others(): number[] {
    return this.#member.setup.voters.filter((voter) => voter !== this.#member.setup.id)
  }
}
