import { ErrorCode } from "../../../protocol/errorCodes"
import type { OffsetCommitKey } from "../../../protocol/record/offsetCommit"
import { batchesOf, decodeRecords, isControl, isTransactional, producerId } from "../../../protocol/recordBatch"
import type { Clock, Timer } from "../../clock"
import { type CoordinatorLog, coordinatorError, type TransactionalProducer } from "../coordinatorLog"
import { readMarker } from "../transaction/markerBatch"
import { ClassicGroup } from "./classic/classicGroup"
import { renewSession } from "./classic/rebalance"
import { fromWire } from "./consumer/assignment"
import { ConsumerGroup } from "./consumer/consumerGroup"
import { watchMember } from "./consumer/consumerSessions"
import type { TopicView } from "./consumer/topicView"
import { expireOffsets } from "./expireOffsets"
import type { ConsumerTimes, GroupConfig } from "./groupConfig"
import type { Group, GroupState } from "./groupContext"
import { GroupOffsets } from "./groupOffsets"
import { decodeGroupRecord, encodeGroupRecord, type GroupRecord, type OffsetValue, offsetRecord } from "./groupRecords"

export interface GroupShardOptions {
  /** Index within `__consumer_offsets`. */
  readonly partition: number
  readonly log: CoordinatorLog
  readonly clock: Clock
  readonly config: GroupConfig
  readonly topics: TopicView
  readonly newId: () => string
  /** A config that was set on a group itself. */
  readonly ownConfig?: (groupId: string, name: string) => string | undefined
}

/** How often a shard that has read its log looks whether all of it is replicated. */
const FIRST_COMMIT_CHECK_MS = 5
const LAST_COMMIT_CHECK_MS = 500

type Done = (errorCode: ErrorCode) => void

/**
 * The groups of one partition of `__consumer_offsets`, on the broker that leads it. Kafka: GroupCoordinatorShard.
 * It is built by replaying the partition and lives until the broker resigns.
 */
export class GroupShard implements GroupState {
  readonly partition: number
  readonly clock: Clock
  readonly config: GroupConfig
  readonly topics: TopicView
  readonly newId: () => string
  readonly groups = new Map<string, Group>()
  readonly offsets = new Map<string, GroupOffsets>()
  state: "loading" | "active" | "closed" = "loading"
  private writes = 0
  private readonly log: CoordinatorLog
  private readonly ownConfig: GroupShardOptions["ownConfig"]
  /** Who waits for an answer. */
  private readonly inFlight = new Set<Done>()
  /** Appends that are not committed, also those whose askers were told that it takes too long. */
  private uncommitted = 0
  private readonly afterWrites: (() => void)[] = []
  private expiryTimer: Timer | undefined
  private commitTimer: Timer | undefined

  constructor(options: GroupShardOptions) {
    this.partition = options.partition
    this.log = options.log
    this.clock = options.clock
    this.config = options.config
    this.topics = options.topics
    this.newId = options.newId
    this.ownConfig = options.ownConfig
  }

  /** Changes with every change that a snapshot could show. */
  get revision(): number {
    let revision = this.writes
    for (const group of this.groups.values()) if (group.kind === "classic") revision += group.revision
    return revision
  }

  /** Rebuilds the state from the whole log, then lets sessions run. */
  load(): void {
    for (const chunk of this.log.chunks()) for (const batch of batchesOf(chunk)) this.replayBatch(batch)
    this.activateWhenCommitted(FIRST_COMMIT_CHECK_MS)
  }

  consumerTimes(groupId: string): ConsumerTimes {
    const { consumerSessionTimeoutMs, consumerHeartbeatIntervalMs } = this.config
    return {
      sessionTimeoutMs: Number(this.ownConfig?.(groupId, "consumer.session.timeout.ms") ?? consumerSessionTimeoutMs),
      heartbeatIntervalMs: Number(
        this.ownConfig?.(groupId, "consumer.heartbeat.interval.ms") ?? consumerHeartbeatIntervalMs,
      ),
    }
  }

  createClassicGroup(groupId: string, nowMs = this.clock.now()): ClassicGroup {
    const group = new ClassicGroup(groupId, nowMs)
    this.groups.set(groupId, group)
    return group
  }

  forget(groupId: string): void {
    const group = this.groups.get(groupId)
    group?.close(ErrorCode.UnknownMemberId)
    this.groups.delete(groupId)
    // What the group had counted goes with it: the sum must not fall back to a value that was told before.
    this.writes += 1 + (group?.kind === "classic" ? group.revision : 0)
  }

  private offsetsOf(groupId: string): GroupOffsets {
    let offsets = this.offsets.get(groupId)
    if (!offsets) {
      offsets = new GroupOffsets()
      this.offsets.set(groupId, offsets)
    }
    return offsets
  }

  write(records: readonly GroupRecord[], done: Done, producer?: TransactionalProducer): void {
    if (this.state === "closed") return void done(ErrorCode.NotCoordinator)
    if (records.length === 0) {
      if (this.uncommitted === 0) return void done(ErrorCode.None)
      // What the answer tells may not be committed yet (Kafka: CoordinatorRuntime's deferred events).
      const answer = this.answerOnce(done)
      return void this.afterWrites.push(() => answer(ErrorCode.None))
    }
    const appended = this.log.append(records.map(encodeGroupRecord), this.clock.now(), producer)
    if (!appended.appended) {
      void appended.committed.then((errorCode) => done(coordinatorError(errorCode)))
      return
    }
    for (const record of records) if (!isOffset(record) && record.name !== "groupMetadata") this.apply(record)
    const answer = this.answerOnce(done)
    this.uncommitted++
    void appended.committed.then((errorCode) => {
      if (this.state === "closed") return
      this.uncommitted--
      // Offsets are seen only when committed, so that no failover takes back what was fetched.
      for (const record of records) if (isOffset(record)) this.apply(record, producer?.producerId)
      this.writes += 1
      answer(coordinatorError(errorCode))
      this.settle()
    })
  }

  /**
   * None when all that has been written so far is committed. A coordinator that was deposed and has not heard of it
   * would wait for ever: NOT_COORDINATOR then makes clients look for the other (Kafka: handleOffsetFetchException).
   */
  settled(): Promise<ErrorCode> {
    if (this.state === "closed") return Promise.resolve(ErrorCode.NotCoordinator)
    if (this.uncommitted === 0) return Promise.resolve(ErrorCode.None)
    return new Promise((resolve) => {
      const answer = this.answerOnce((errorCode) =>
        resolve(errorCode === ErrorCode.None ? ErrorCode.None : ErrorCode.NotCoordinator),
      )
      this.afterWrites.push(() => answer(ErrorCode.None))
    })
  }

  /** The outcome of a producer's transaction, as its marker in this partition tells. */
  completeTransaction(producerId: number, committed: boolean): void {
    for (const [groupId, offsets] of this.offsets) {
      offsets.completeTransaction(producerId, committed)
      if (offsets.isEmpty) this.offsets.delete(groupId)
    }
    this.writes += 1
  }

  /** Forgets what groups committed for topics that are gone. */
  deleteTopics(names: ReadonlySet<string>): void {
    if (this.state !== "active") return
    const records: GroupRecord[] = []
    for (const [group, offsets] of this.offsets) {
      for (const { topic, partition } of offsets.entries()) {
        if (names.has(topic)) records.push(offsetRecord(group, topic, partition, null))
      }
    }
    if (records.length > 0) this.write(records, () => {})
  }

  /** Ends all timers and sends everybody who waits to another coordinator. */
  close(): void {
    this.state = "closed"
    this.expiryTimer?.cancel()
    this.commitTimer?.cancel()
    for (const answer of [...this.inFlight]) answer(ErrorCode.NotCoordinator)
    for (const group of this.groups.values()) group.close(ErrorCode.NotCoordinator)
    for (const action of this.afterWrites.splice(0)) action()
  }

  private replayBatch(batch: Buffer): void {
    if (isControl(batch)) {
      const marker = readMarker(batch)
      if (marker) this.completeTransaction(marker.producerId, marker.committed)
      return
    }
    const transaction = isTransactional(batch) ? producerId(batch) : undefined
    for (const { key, value } of decodeRecords(batch)) {
      const record = key && decodeGroupRecord(key, value)
      if (record) this.apply(record, transaction)
    }
  }

  /** Brings one record of the log into the state. */
  private apply(record: GroupRecord, transaction?: number): void {
    switch (record.name) {
      case "offsetCommit":
        return void this.applyOffset(record.key, record.value, transaction)
      case "groupMetadata": {
        const { group } = record.key
        if (record.value !== null) {
          this.groups.set(group, ClassicGroup.restore(group, record.value, this.clock.now()))
        } else if (this.groups.get(group)?.kind === "classic") this.groups.delete(group)
        return
      }
      default:
        applyConsumerRecord(this.groups, record)
    }
  }

  private applyOffset(key: OffsetCommitKey, value: OffsetValue | null, transaction: number | undefined): void {
    const offsets = this.offsetsOf(key.group)
    if (transaction === undefined) offsets.set(key.topic, key.partition, value)
    else offsets.setPending(transaction, key.topic, key.partition, value)
    if (offsets.isEmpty) this.offsets.delete(key.group)
    // A simple consumer's group exists by its offsets alone.
    else if (!this.groups.has(key.group)) this.createClassicGroup(key.group, value?.commitTimestamp)
  }

  /** What the old leader had not committed may be read only when this one has. */
  private activateWhenCommitted(delayMs: number): void {
    if (this.log.isCommitted) return void this.activate()
    this.commitTimer = this.clock.setTimer(delayMs, () =>
      this.activateWhenCommitted(Math.min(delayMs * 2, LAST_COMMIT_CHECK_MS)),
    )
  }

  private activate(): void {
    this.state = "active"
    // Offsets outlive a group that changed its protocol while it was empty.
    for (const groupId of this.offsets.keys()) if (!this.groups.has(groupId)) this.createClassicGroup(groupId)
    for (const group of this.groups.values()) {
      if (group.kind === "classic") for (const member of group.members.values()) renewSession(this, group, member)
      else for (const memberId of group.members.keys()) watchMember(this, group.groupId, memberId)
    }
    this.scheduleExpiry()
  }

  private scheduleExpiry(): void {
    this.expiryTimer = this.clock.setTimer(this.config.offsetsRetentionCheckIntervalMs, () => {
      expireOffsets(this)
      this.scheduleExpiry()
    })
  }

  /** A reply does not wait for replication longer than the write timeout; the write itself stays. */
  private answerOnce(done: Done): Done {
    const timer = this.clock.setTimer(this.config.writeTimeoutMs, () => answer(ErrorCode.CoordinatorNotAvailable))
    const answer: Done = (errorCode) => {
      if (!this.inFlight.delete(answer)) return
      timer.cancel()
      done(errorCode)
    }
    this.inFlight.add(answer)
    return answer
  }

  private settle(): void {
    if (this.uncommitted === 0) for (const action of this.afterWrites.splice(0)) action()
  }
}

type ConsumerRecord = Exclude<GroupRecord, { name: "offsetCommit" | "groupMetadata" }>

/** A record of a group of the consumer protocol; its first founds the group, over an empty classic one. */
function applyConsumerRecord(groups: Map<string, Group>, record: ConsumerRecord): void {
  switch (record.name) {
    // Kinds that brokers before 4.1 wrote and that say nothing of use now.
    case "legacyOffsetCommit":
    case "consumerGroupPartitionMetadata":
      return
  }
  const { groupId } = record.key
  const known = groups.get(groupId)
  if (record.value === null && known?.kind !== "consumer") return
  const group = known?.kind === "consumer" ? known : new ConsumerGroup(groupId)
  if (group !== known) {
    known?.close(ErrorCode.UnknownMemberId)
    groups.set(groupId, group)
  }
  switch (record.name) {
    case "consumerGroupMetadata":
      if (record.value === null) {
        group.close()
        groups.delete(groupId)
        return
      }
      group.epoch = record.value.epoch
      group.metadataHash = record.value.metadataHash
      return
    case "consumerGroupMemberMetadata":
      return void group.applyMember(record.key.memberId, record.value)
    case "consumerGroupTargetAssignmentMetadata":
      group.targetEpoch = record.value?.assignmentEpoch ?? 0
      return
    case "consumerGroupTargetAssignmentMember":
      return void group.applyTarget(record.key.memberId, record.value && fromWire(record.value.topicPartitions))
    case "consumerGroupCurrentMemberAssignment":
      return void group.applyCurrentAssignment(record.key.memberId, record.value)
    case "consumerGroupRegularExpression":
      return void group.applyRegex(record.key.regularExpression, record.value)
  }
}

function isOffset(record: GroupRecord): boolean {
  return record.name === "offsetCommit"
}
