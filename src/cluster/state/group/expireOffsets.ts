/**
 * Offsets that nobody needs any longer, and groups that have neither members nor offsets (KIP-211).
 * Kafka: OffsetMetadataManager.cleanupExpiredOffsets, ClassicGroup.offsetExpirationCondition.
 */
import { type ClassicGroup, CONSUMER_PROTOCOL_TYPE } from "./classic/classicGroup"
import { subscribedTopics } from "./classic/subscription"
import type { Group, GroupState } from "./groupContext"
import { classicGroupRecord, type GroupRecord, type OffsetValue, offsetRecord } from "./groupRecords"

/** Writes tombstones for what has expired by now. */
export function expireOffsets(state: GroupState): void {
  for (const group of [...state.groups.values()]) expireGroup(state, group)
}

function expireGroup(state: GroupState, group: Group): void {
  const offsets = state.offsets.get(group.groupId)
  const records: GroupRecord[] = []
  let kept = offsets ? offsets.pending.size : 0
  for (const { topic, partition, value } of offsets?.entries() ?? []) {
    const expired = isExpired(state, group, topic, value) && !offsets?.hasPending(topic, partition)
    if (expired) records.push(offsetRecord(group.groupId, topic, partition, null))
    else kept += 1
  }
  const isOver = kept === 0 && isAbandoned(group)
  if (isOver) records.push(...tombstones(group))
  if (records.length === 0) return
  state.write(records, () => {})
  if (isOver) state.forget(group.groupId)
}

/** The records that take a group itself out of the log. */
export function tombstones(group: Group): GroupRecord[] {
  return group.kind === "consumer" ? group.tombstones() : [classicGroupRecord(group.groupId, null)]
}

function isAbandoned(group: Group): boolean {
  return group.state === "Empty" && (group.kind === "consumer" || group.pendingJoins.size === 0)
}

function isExpired(state: GroupState, group: Group, topic: string, value: OffsetValue): boolean {
  const nowMs = state.clock.now()
  if (value.expireTimestamp !== -1) return nowMs >= value.expireTimestamp
  const sinceMs =
    group.kind === "classic"
      ? retentionStartMs(group, topic, value)
      : group.isSubscribedTo(topic)
        ? undefined
        : value.commitTimestamp
  return sinceMs !== undefined && nowMs - sinceMs >= state.config.offsetsRetentionMs
}

/** When an offset's retention began; undefined while it is in use. */
function retentionStartMs(group: ClassicGroup, topic: string, value: OffsetValue): number | undefined {
  // Nobody ever joined: a simple consumer, whose every commit says that it lives.
  if (group.protocolType === null) return value.commitTimestamp
  if (group.state === "Empty") return group.stateSinceMs
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE || group.state !== "Stable") return undefined
  return subscribedTopics(group)?.has(topic) === false ? value.commitTimestamp : undefined
}
