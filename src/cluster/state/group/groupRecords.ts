import {
  decodeGroupRecord,
  encodeCoordinatorKey,
  encodeCoordinatorValue,
  type GroupRecord,
  groupRecords,
} from "../../../protocol/record/coordinatorRecords"
import type { GroupMetadataValue } from "../../../protocol/record/groupMetadata"
import type { OffsetCommitValue } from "../../../protocol/record/offsetCommit"
import type { StoredRecord } from "../coordinatorLog"

export type { GroupRecord }
export { decodeGroupRecord }
export type ClassicGroupValue = GroupMetadataValue
export type OffsetValue = OffsetCommitValue

/** Kafka 4.1 writes classic groups in version 3, so that an older broker can read them after a downgrade. */
const CLASSIC_GROUP_VERSION = 3
/** The only version with an expiry of its own, which old clients set in OffsetCommit v2 to v4. */
const EXPIRING_OFFSET_VERSION = 1

/** A record as `__consumer_offsets` keeps it. */
export function encodeGroupRecord(record: GroupRecord): StoredRecord {
  const schemas = groupRecords[record.name]
  return {
    key: encodeCoordinatorKey(schemas.key, record.key),
    value: record.value === null ? null : encodeCoordinatorValue(schemas.value, record.value, valueVersion(record)),
  }
}

export function offsetRecord(
  group: string,
  topic: string,
  partition: number,
  value: OffsetValue | null,
): Extract<GroupRecord, { name: "offsetCommit" }> {
  return { name: "offsetCommit", key: { group, topic, partition }, value }
}

export function classicGroupRecord(group: string, value: ClassicGroupValue | null): GroupRecord {
  return { name: "groupMetadata", key: { group }, value }
}

function valueVersion(record: GroupRecord): number | undefined {
  switch (record.name) {
    case "offsetCommit":
      return record.value !== null && record.value.expireTimestamp !== -1 ? EXPIRING_OFFSET_VERSION : undefined
    case "groupMetadata":
      return CLASSIC_GROUP_VERSION
    default:
      return undefined
  }
}
