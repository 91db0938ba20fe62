import { endQuorumEpoch } from "../../../protocol/api/54_endQuorumEpoch"
import { ErrorCode } from "../../../protocol/errorCodes"
import { type Timer, wait } from "../../clock"
import { randomInteger } from "../../random"
import { runElection } from "./election"
import { followLeader } from "./followLeader"
import { LeaderState } from "./leaderState"
import { endOfBatches, METADATA_TOPIC } from "./metadataLog"
import type { QuorumMember, RaftRole, RaftSetup } from "./quorumMember"
import type { SnapshotId } from "./snapshotFiles"

/** How long a voter waits for its first election: in one process nobody else needs longer to be there. */
const FIRST_ELECTION_MS = 30
/** How much of the committed log is handed over at once. */
const APPLY_BYTES = 1 << 20

/**
 * One replica of the metadata quorum (KIP-595): a voter, or an observer that only fetches. Who leads is decided by
 * votes, what is committed by fetches; Kafka: KafkaRaftClient and QuorumState.
 */
export class Raft implements QuorumMember {
  readonly setup: RaftSetup
  readonly isVoter: boolean
  #role: RaftRole = "unattached"
  #epoch = 0
  #leaderId = -1
  #votedId = -1
  #highWatermark = 0
  #appliedOffset = 0
  #leader: LeaderState | undefined
  #isAnnounced = false
  #electionTimer: Timer | undefined
  /** Rises with every change of role, leader or epoch: what began before it is void. */
  #turn = 0
  /** True once a fetch from the present leader succeeded (pre-votes are then refused, KIP-996). */
  hasFetchedFromLeader = false

  constructor(setup: RaftSetup) {
    this.setup = setup
    this.isVoter = setup.voters.includes(setup.id)
  }

  get role(): RaftRole {
    return this.#role
  }
  get epoch(): number {
    return this.#epoch
  }
  get leaderId(): number {
    return this.#leaderId
  }
  get votedId(): number {
    return this.#votedId
  }
  get highWatermark(): number {
    return this.#highWatermark
  }
  get leader(): LeaderState | undefined {
    return this.#leader
  }
  get turn(): number {
    return this.#turn
  }

  /** Loads what the disk holds and takes part. */
  start(): void {
    const { id, voters, log, stateFile, listener } = this.setup
    const known = stateFile.read()
    this.#epoch = Math.max(known.leaderEpoch, log.lastEpoch)
    this.#votedId = known.leaderEpoch === this.#epoch ? known.votedId : -1
    const snapshotId = log.snapshots.latest()
    const snapshot = snapshotId && log.snapshots.read(snapshotId)
    if (snapshot) {
      listener.onSnapshot(snapshot, snapshotId)
      this.#appliedOffset = snapshotId.endOffset
      this.#highWatermark = snapshotId.endOffset
    }
    if (this.isVoter && voters.length === 1) {
      this.becomeCandidate()
      return
    }
    this.becomeUnattached(this.#epoch, FIRST_ELECTION_MS * (1 + voters.indexOf(id)))
  }

  /** The life of this node ends: nothing is sent or accepted any more. */
  stop(): void {
    this.#enter("stopped")
  }

  /** A leader that goes names who should follow it, those with the longest logs first (EndQuorumEpoch). */
  async resign(): Promise<void> {
    const { id, clusterId, voters, links, timeouts } = this.setup
    const leader = this.#leader
    const others = voters.filter((voter) => voter !== id)
    if (!leader || others.length === 0) return
    const logEnd = (voter: number) => leader.replicas.get(voter)?.logEnd ?? -1
    const preferredCandidates = [...others]
      .sort((a, b) => logEnd(b) - logEnd(a))
      .map((candidateId) => ({ candidateId }))
    const partition = { partitionIndex: 0, leaderId: id, leaderEpoch: this.#epoch, preferredCandidates }
    const body = { clusterId, topics: [{ topicName: METADATA_TOPIC, partitions: [partition] }] }
    this.#leaderId = -1
    this.#enter("unattached")
    await Promise.race([
      Promise.all(others.map((voter) => links.send(id, voter, endQuorumEpoch, 1, body, timeouts.requestTimeoutMs))),
      wait(this.setup.clock, timeouts.requestTimeoutMs),
    ])
  }

  /** Knows of no leader in this epoch; a voter stands for election when the time is up. */
  becomeUnattached(epoch: number, timeoutMs = this.randomElectionTimeoutMs()): void {
    if (epoch > this.#epoch) this.#votedId = -1
    this.#epoch = epoch
    this.#leaderId = -1
    this.#enter("unattached")
    this.#persist()
    if (this.isVoter) this.#armElection(timeoutMs)
    this.setup.listener.onLeaderChange(-1, epoch)
    void followLeader(this)
  }

  becomeFollower(leaderId: number, epoch: number): void {
    if (epoch < this.#epoch || (epoch === this.#epoch && this.#leaderId === leaderId && this.#role === "follower"))
      return
    if (epoch > this.#epoch) this.#votedId = -1
    this.#epoch = epoch
    this.#leaderId = leaderId
    this.#enter("follower")
    this.#persist()
    if (this.isVoter) this.#armElection(this.setup.timeouts.fetchTimeoutMs)
    this.setup.listener.onLeaderChange(leaderId, epoch)
    void followLeader(this)
  }

  /** Asks whether it could win before it disturbs anyone with a new epoch (KIP-996). */
  becomeProspective(): void {
    if (this.setup.voters.length === 1) {
      this.becomeCandidate()
      return
    }
    this.#leaderId = -1
    this.#enter("prospective")
    this.#armElection(this.randomElectionTimeoutMs())
    void runElection(this, true)
  }

  becomeCandidate(): void {
    this.#epoch++
    this.#votedId = this.setup.id
    this.#leaderId = -1
    this.#enter("candidate")
    // A vote that may be forgotten could be given twice.
    if (!this.#persist()) {
      this.becomeUnattached(this.#epoch)
      return
    }
    this.#armElection(this.randomElectionTimeoutMs())
    void runElection(this, false)
  }

  becomeLeader(grantingVoters: readonly number[]): void {
    this.#leaderId = this.setup.id
    this.#enter("leader")
    this.#persist()
    this.#isAnnounced = false
    this.#leader = new LeaderState(this, grantingVoters)
    this.setup.listener.onLeaderChange(this.setup.id, this.#epoch)
    this.#leader.begin()
  }

  /** Gives a vote in this epoch, durably. */
  grantVote(candidateId: number): boolean {
    this.#votedId = candidateId
    this.#armElection(this.randomElectionTimeoutMs())
    return this.#persist()
  }

  /** The leader answered: no election as long as this goes on. */
  noteLeaderAnswered(): void {
    this.hasFetchedFromLeader = true
    if (this.isVoter) this.#armElection(this.setup.timeouts.fetchTimeoutMs)
  }

  /** Moves the high watermark up, never down, and hands over what is committed by it. */
  advanceHighWatermark(offset: number): void {
    const { log, listener } = this.setup
    const reached = Math.min(offset, log.endOffset)
    if (reached > this.#highWatermark) this.#highWatermark = reached
    while (this.#appliedOffset < this.#highWatermark) {
      const batches = log.read(this.#appliedOffset, APPLY_BYTES, this.#highWatermark)
      if (batches.length === 0) break
      this.#appliedOffset = endOfBatches(batches)
      listener.onCommitted(batches)
    }
    const leader = this.#leader
    if (leader && !this.#isAnnounced && this.#appliedOffset > leader.epochStartOffset) {
      this.#isAnnounced = true
      listener.onLeader(this.#epoch)
    }
  }

  /** A snapshot came from the leader: the log starts behind it. */
  adoptSnapshot(bytes: Buffer, id: SnapshotId): void {
    if (!this.setup.log.snapshots.write(id, bytes)) return
    this.setup.log.startAt(id)
    this.#highWatermark = Math.max(this.#highWatermark, id.endOffset)
    this.#appliedOffset = id.endOffset
    this.setup.listener.onSnapshot(bytes, id)
  }

  /** None, or why a request of another node's epoch is refused. A higher epoch is adopted. */
  checkEpoch(epoch: number): ErrorCode {
    if (epoch < this.#epoch) return ErrorCode.FencedLeaderEpoch
    if (epoch > this.#epoch) this.becomeUnattached(epoch)
    return ErrorCode.None
  }

  randomElectionTimeoutMs(): number {
    const { electionTimeoutMs } = this.setup.timeouts
    return electionTimeoutMs + randomInteger(this.setup.random, electionTimeoutMs)
  }

  #enter(role: RaftRole): void {
    const leader = this.#leader
    this.#leader = undefined
    this.#role = role
    this.#turn++
    this.hasFetchedFromLeader = false
    this.#electionTimer?.cancel()
    if (leader) {
      leader.end()
      this.setup.listener.onResigned()
    }
  }

  #armElection(delayMs: number): void {
    this.#electionTimer?.cancel()
    const turn = this.#turn
    this.#electionTimer = this.setup.clock.setTimer(delayMs, () => {
      if (turn !== this.#turn) return
      if (this.#role === "prospective" || this.#role === "candidate")
        this.becomeUnattached(this.#epoch, this.#backoffMs())
      else this.becomeProspective()
    })
  }

  #backoffMs(): number {
    return 1 + randomInteger(this.setup.random, this.setup.timeouts.electionBackoffMaxMs)
  }

  #persist(): boolean {
    return this.setup.stateFile.write({ leaderId: this.#leaderId, leaderEpoch: this.#epoch, votedId: this.#votedId })
  }
}
