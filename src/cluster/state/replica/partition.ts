import { ErrorCode } from "../../../protocol/errorCodes"
import { wait } from "../../clock"
import type { AbortedTransaction, AppendOptions, AppendResult, PartitionLog } from "../../log/partitionLog"
import type { PartitionImage } from "../metadata/imageEntries"
import type { FetchPulse } from "./follower"
import type { LeaderRole, NewLeaderRole } from "./leaderRole"
import type { PartitionContext } from "./partitionContext"
import { Replica, type ReplicaWatcher } from "./replica"

export interface LeaderAppend {
  readonly acks: number
  readonly timeoutMs: number
  readonly origin: AppendOptions["origin"]
  readonly verification?: AppendOptions["verification"]
}

/** `errorCode` may come after the append: NOT_ENOUGH_REPLICAS_AFTER_APPEND (20), REQUEST_TIMED_OUT (7). */
export interface AppendOutcome {
  readonly errorCode: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
  readonly errorMessage?: string
  readonly recordErrors?: readonly { readonly batchIndex: number; readonly message: string }[]
}

export interface PartitionRead {
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStartOffset: number
  readonly records: Buffer
  /** Only for read_committed. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null
}

export interface Divergence {
  readonly epoch: number
  readonly endOffset: number
}

const NOTHING = Buffer.alloc(0)
/** Refusals that do not tell where the log starts (Kafka: LogAppendInfo.UNKNOWN_LOG_APPEND_INFO). */
const TELLS_NO_LOG_START: readonly number[] = [
  ErrorCode.MessageTooLarge,
  ErrorCode.RecordListTooLarge,
  ErrorCode.CorruptMessage,
  ErrorCode.KafkaStorageError,
]
/** DeleteRecords: everything that is committed. */
const UP_TO_HIGH_WATERMARK = -1

export type NewPartition = (
  context: PartitionContext,
  image: PartitionImage,
  log: PartitionLog,
  checkpointedHighWatermark: number,
  newLeaderRole: NewLeaderRole,
) => Partition

/** One replica on this broker: its log, and as leader what it knows of the others (Kafka: Partition). */
export class Partition {
  readonly topic: string
  readonly topicId: string
  readonly index: number
  readonly #context: PartitionContext
  readonly #replica: Replica
  readonly #newLeaderRole: NewLeaderRole
  #image: PartitionImage
  #role: LeaderRole | undefined

  constructor(
    context: PartitionContext,
    image: PartitionImage,
    log: PartitionLog,
    checkpointedHighWatermark: number,
    newLeaderRole: NewLeaderRole,
  ) {
    this.topic = image.topic
    this.topicId = image.topicId
    this.index = image.index
    this.#context = context
    this.#newLeaderRole = newLeaderRole
    this.#image = image
    this.#replica = new Replica(log, checkpointedHighWatermark)
  }

  get log(): PartitionLog {
    return this.#replica.log
  }
  get isLeader(): boolean {
    return this.#role !== undefined
  }
  get leaderId(): number {
    return this.#image.leader
  }
  get leaderEpoch(): number {
    return this.#image.leaderEpoch
  }
  get partitionEpoch(): number {
    return this.#role?.image.partitionEpoch ?? this.#image.partitionEpoch
  }
  get isr(): readonly number[] {
    return this.#role?.isr ?? this.#image.isr
  }
  get replicas(): readonly number[] {
    return this.#image.replicas
  }
  get logStartOffset(): number {
    return this.log.logStartOffset
  }
  get logEndOffset(): number {
    return this.log.logEndOffset
  }
  get highWatermark(): number {
    return this.#replica.highWatermark
  }
  get lastStableOffset(): number {
    return this.#replica.lastStableOffset
  }

  /**
   * A leader that was just elected may not know yet what is committed: until it does, the end of what consumers may
   * read is not known either (OFFSET_NOT_AVAILABLE, KIP-207).
   */
  get isHighWatermarkKnown(): boolean {
    return this.#role === undefined || this.highWatermark >= this.#role.epochStartOffset
  }

  /** Log end offset per replica; -1 where unknown. Only the leader knows of others. */
  get replicaLogEnds(): ReadonlyMap<number, number> {
    const ends = new Map([[this.#context.brokerId, this.logEndOffset]])
    for (const [id, { logEnd }] of this.#role?.followers ?? []) ends.set(id, logEnd)
    return ends
  }

  get waiting(): readonly { readonly acks: number; readonly requiredOffset: number; readonly sinceMs: number }[] {
    return this.#role?.appends.waiting ?? []
  }

  /** What the controller decided. Returns true when this broker begins or ends to lead, or follows another. */
  applyImage(image: PartitionImage): boolean {
    if (image.partitionEpoch < this.#image.partitionEpoch && image.leaderEpoch <= this.#image.leaderEpoch) return false
    const before = this.#image
    this.#image = image
    const leads = image.leader === this.#context.brokerId
    if (leads && this.#role && image.leaderEpoch === before.leaderEpoch) {
      this.#role.update(image)
      return false
    }
    const isNew = image.leaderEpoch !== before.leaderEpoch || image.leader !== before.leader || leads !== this.isLeader
    if (!isNew) return false
    this.#role?.end()
    this.#role = leads ? this.#newLeaderRole(this.#context, this.#replica, image) : undefined
    this.#replica.noteLost()
    return true
  }

  /** The replica is taken away: its topic is gone, or it is assigned elsewhere. */
  end(): void {
    this.#role?.end()
    this.#role = undefined
    this.#replica.noteLost()
  }

  /** NotLeaderOrFollower, FencedLeaderEpoch, UnknownLeaderEpoch or None. `currentLeaderEpoch` -1: not checked. */
  checkLeader(currentLeaderEpoch: number): ErrorCode {
    if (currentLeaderEpoch >= 0 && currentLeaderEpoch < this.leaderEpoch) return ErrorCode.FencedLeaderEpoch
    if (currentLeaderEpoch > this.leaderEpoch) return ErrorCode.UnknownLeaderEpoch
    return this.isLeader ? ErrorCode.None : ErrorCode.NotLeaderOrFollower
  }

  /** Appends synchronously; resolves when `acks` is satisfied. With acks 0 or 1 resolves at once (or after a flush). */
  appendAsLeader(batches: Buffer, { acks, timeoutMs, origin, verification }: LeaderAppend): Promise<AppendOutcome> {
    const role = this.#role
    if (!role) return Promise.resolve(this.#refused(ErrorCode.NotLeaderOrFollower))
    if (acks === -1 && role.isr.length < role.minIsr) return Promise.resolve(this.#refused(ErrorCode.NotEnoughReplicas))

    const endBefore = this.logEndOffset
    const appended = this.log.append(batches, { leaderEpoch: this.leaderEpoch, origin, verification })
    if (appended.errorCode !== ErrorCode.None) return Promise.resolve(this.#outcome(appended, appended.errorCode))
    if (!appended.duplicate) {
      role.noteAppend(endBefore)
      this.#replica.noteAppended()
      this.#context.noteChange(this.topic)
    }
    return this.#acknowledge(role, appended, acks, timeoutMs)
  }

  async #acknowledge(
    role: LeaderRole,
    appended: AppendResult,
    acks: number,
    timeoutMs: number,
  ): Promise<AppendOutcome> {
    if (this.#context.diskDelayMs > 0) await wait(this.#context.clock, this.#context.diskDelayMs)
    if (this.log.needsFlush && !(await this.log.flush()).ok) return this.#refused(ErrorCode.KafkaStorageError)
    if (acks !== -1) return this.#outcome(appended, ErrorCode.None)
    const required = appended.lastOffset + 1
    if (this.highWatermark >= required && role === this.#role) return this.#outcome(appended, ErrorCode.None)
    if (role !== this.#role) return this.#outcome(appended, ErrorCode.NotLeaderOrFollower)
    return this.#outcome(appended, await role.appends.wait(acks, required, timeoutMs))
  }

  #outcome(appended: AppendResult, errorCode: number): AppendOutcome {
    const { baseOffset, lastOffset, appendTimeMs, errorMessage, recordErrors } = appended
    // What was appended keeps its offset, though nobody acknowledges it (Kafka: ProducePartitionStatus).
    const isAppended = appended.errorCode === ErrorCode.None
    return {
      errorCode,
      baseOffset: isAppended ? baseOffset : -1,
      lastOffset: isAppended ? lastOffset : -1,
      logAppendTimeMs: isAppended ? appendTimeMs : -1,
      logStartOffset: TELLS_NO_LOG_START.includes(errorCode) ? -1 : this.logStartOffset,
      ...(errorMessage !== undefined && { errorMessage }),
      ...(recordErrors !== undefined && { recordErrors }),
    }
  }

  #refused(errorCode: ErrorCode): AppendOutcome {
    const { logStartOffset } = this
    return { errorCode, baseOffset: -1, lastOffset: -1, logAppendTimeMs: -1, logStartOffset }
  }

  /** What a consumer may read from `offset` on: up to the high watermark, or the last stable offset. */
  read(offset: number, maxBytes: number, isolation: "read_uncommitted" | "read_committed"): PartitionRead {
    const end = isolation === "read_committed" ? this.lastStableOffset : this.highWatermark
    const errorCode = this.#checkRange(offset)
    if (errorCode !== ErrorCode.None) return this.#readOf(errorCode, NOTHING, null)
    const records = offset < end ? this.log.read(offset, maxBytes, end, this.#context.sendBuffers.take) : NOTHING
    const aborted = isolation === "read_committed" ? this.log.abortedTransactions(offset, end) : null
    return this.#readOf(ErrorCode.None, records, records.length > 0 ? aborted : aborted && [])
  }

  /** What a follower gets: everything up to the log end. Or where its log diverges from this one (KIP-595). */
  readAsLeader(offset: number, maxBytes: number, lastFetchedEpoch: number): PartitionRead & { diverging?: Divergence } {
    const diverging = this.divergence(offset, lastFetchedEpoch)
    if (diverging) return { ...this.#readOf(ErrorCode.None, NOTHING, null), diverging }
    const errorCode = this.#checkRange(offset)
    if (errorCode !== ErrorCode.None) return this.#readOf(errorCode, NOTHING, null)
    const records = offset < this.logEndOffset ? this.log.read(offset, maxBytes) : NOTHING
    return this.#readOf(ErrorCode.None, records, null)
  }

  /** Where a log that ends at `offset` with a record of `lastEpoch` leaves this one; undefined: it does not. */
  divergence(offset: number, lastEpoch: number): Divergence | undefined {
    if (lastEpoch < 0 || (offset === this.logEndOffset && lastEpoch === this.log.latestEpoch)) return undefined
    const { epoch, endOffset } = this.log.endOffsetForEpoch(lastEpoch)
    if (epoch < 0) return { epoch: -1, endOffset: this.logStartOffset }
    return epoch < lastEpoch || endOffset < offset ? { epoch, endOffset } : undefined
  }

  #checkRange(offset: number): ErrorCode {
    return offset < this.logStartOffset || offset > this.logEndOffset ? ErrorCode.OffsetOutOfRange : ErrorCode.None
  }

  #readOf(
    errorCode: ErrorCode,
    records: Buffer,
    abortedTransactions: PartitionRead["abortedTransactions"],
  ): PartitionRead {
    const { highWatermark, lastStableOffset, logStartOffset } = this
    return { errorCode, highWatermark, lastStableOffset, logStartOffset, records, abortedTransactions }
  }

  /** As leader: a follower asks for what comes at `offset`, so it has everything before. */
  noteFollowerFetch(brokerId: number, offset: number, logStart: number, pulse: FetchPulse): void {
    this.#role?.noteFetch(brokerId, offset, logStart, pulse)
  }

  leaveSession(brokerId: number): void {
    this.#role?.leaveSession(brokerId)
  }

  /** As follower: takes over what the leader sent. */
  appendAsFollower(batches: Buffer, leaderHighWatermark: number, leaderLogStart: number): ErrorCode {
    if (this.isLeader) return ErrorCode.InvalidRequest
    if (batches.length > 0) {
      const { errorCode } = this.log.appendFetched(batches)
      if (errorCode !== ErrorCode.None) return errorCode as ErrorCode
    }
    if (leaderLogStart > this.logStartOffset && leaderLogStart <= this.logEndOffset) {
      this.log.advanceLogStart(leaderLogStart)
    }
    const isCommitted = this.#replica.setHighWatermark(leaderHighWatermark)
    if (batches.length > 0) this.#replica.noteAppended()
    if (isCommitted || batches.length > 0) this.#context.noteChange(this.topic)
    return ErrorCode.None
  }

  /** As follower: what the leader does not have goes. Returns true when something went. */
  truncateTo(offset: number): boolean {
    const truncated = this.log.truncateTo(offset)
    this.#replica.boundHighWatermark()
    if (truncated) this.#context.noteChange(this.topic)
    return truncated
  }

  /** As follower: the leader has nothing of what this log holds. */
  restartAt(offset: number): void {
    this.log.truncateFullyAndStartAt(offset)
    this.#replica.setHighWatermark(offset)
    this.#context.noteChange(this.topic)
  }

  /** As leader: followers that fell silent leave the ISR. */
  shrinkIsr(): void {
    this.#role?.shrinkIsr()
  }

  /** As leader, after configs changed: a lower min.insync.replicas may commit what waits. */
  reconsider(): void {
    this.#role?.reconsider()
  }

  /** DeleteRecords: -1 stands for the high watermark. Resolves when every live replica has followed. */
  async deleteRecords(offset: number, timeoutMs: number): Promise<{ errorCode: number; lowWatermark: number }> {
    const role = this.#role
    if (!role) return { errorCode: ErrorCode.NotLeaderOrFollower, lowWatermark: -1 }
    const start = offset === UP_TO_HIGH_WATERMARK ? this.highWatermark : offset
    if (start < 0 || start > this.highWatermark) return { errorCode: ErrorCode.OffsetOutOfRange, lowWatermark: -1 }
    if (start > this.logStartOffset) {
      this.log.advanceLogStart(start)
      this.#replica.noteCommitted()
      this.#context.noteChange(this.topic)
    }
    const late = wait(this.#context.clock, timeoutMs).then(() => "late" as const)
    const result = await Promise.race([role.followDelete(start), late])
    if (role !== this.#role) return { errorCode: ErrorCode.NotLeaderOrFollower, lowWatermark: -1 }
    if (result === "late") return { errorCode: ErrorCode.RequestTimedOut, lowWatermark: -1 }
    return { errorCode: ErrorCode.None, lowWatermark: role.lowWatermark }
  }

  watch(watcher: ReplicaWatcher): void {
    this.#replica.watchers.add(watcher)
  }

  unwatch(watcher: ReplicaWatcher): void {
    this.#replica.watchers.delete(watcher)
  }
}
