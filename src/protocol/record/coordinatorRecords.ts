/**
 * The keys and values of __consumer_offsets and __transaction_state:
 * a key begins with an int16 that tells its kind, a value with an int16 version (Kafka: CoordinatorRecordSerde).
 */
import { ProtocolError } from "../protocolError"
import { Reader } from "../reader"
import type { RecordInput, RecordOf, RecordSchema } from "../schema"
import { Writer } from "../writer"
import {
  consumerGroupCurrentMemberAssignmentKey,
  consumerGroupCurrentMemberAssignmentValue,
} from "./consumerGroupCurrentMemberAssignment"
import { consumerGroupMemberMetadataKey, consumerGroupMemberMetadataValue } from "./consumerGroupMemberMetadata"
import { consumerGroupMetadataKey, consumerGroupMetadataValue } from "./consumerGroupMetadata"
import {
  consumerGroupPartitionMetadataKey,
  consumerGroupPartitionMetadataValue,
} from "./consumerGroupPartitionMetadata"
import {
  consumerGroupRegularExpressionKey,
  consumerGroupRegularExpressionValue,
} from "./consumerGroupRegularExpression"
import {
  consumerGroupTargetAssignmentMemberKey,
  consumerGroupTargetAssignmentMemberValue,
} from "./consumerGroupTargetAssignmentMember"
import {
  consumerGroupTargetAssignmentMetadataKey,
  consumerGroupTargetAssignmentMetadataValue,
} from "./consumerGroupTargetAssignmentMetadata"
import { groupMetadataKey, groupMetadataValue } from "./groupMetadata"
import { legacyOffsetCommitKey, legacyOffsetCommitValue } from "./legacyOffsetCommit"
import { offsetCommitKey, offsetCommitValue } from "./offsetCommit"
import { transactionLogKey, transactionLogValue } from "./transactionLog"

/** The records of __consumer_offsets, in the order of the kinds that their keys begin with. */
export const groupRecords = {
  legacyOffsetCommit: { key: legacyOffsetCommitKey, value: legacyOffsetCommitValue },
  offsetCommit: { key: offsetCommitKey, value: offsetCommitValue },
  groupMetadata: { key: groupMetadataKey, value: groupMetadataValue },
  consumerGroupMetadata: { key: consumerGroupMetadataKey, value: consumerGroupMetadataValue },
  consumerGroupPartitionMetadata: {
    key: consumerGroupPartitionMetadataKey,
    value: consumerGroupPartitionMetadataValue,
  },
  consumerGroupMemberMetadata: { key: consumerGroupMemberMetadataKey, value: consumerGroupMemberMetadataValue },
  consumerGroupTargetAssignmentMetadata: {
    key: consumerGroupTargetAssignmentMetadataKey,
    value: consumerGroupTargetAssignmentMetadataValue,
  },
  consumerGroupTargetAssignmentMember: {
    key: consumerGroupTargetAssignmentMemberKey,
    value: consumerGroupTargetAssignmentMemberValue,
  },
  consumerGroupCurrentMemberAssignment: {
    key: consumerGroupCurrentMemberAssignmentKey,
    value: consumerGroupCurrentMemberAssignmentValue,
  },
  consumerGroupRegularExpression: {
    key: consumerGroupRegularExpressionKey,
    value: consumerGroupRegularExpressionValue,
  },
} as const

/** The records of __transaction_state. */
export const transactionRecords = {
  transactionLog: { key: transactionLogKey, value: transactionLogValue },
} as const

interface Pair {
  readonly key: RecordSchema
  readonly value: RecordSchema
}
type Table = { readonly [name: string]: Pair }

/** A decoded record: `switch (record.name)` tells the types of key and value; a null value is a tombstone. */
export type CoordinatorRecord<T extends Table> = {
  [Name in keyof T]: {
    readonly name: Name
    readonly key: RecordOf<T[Name]["key"]>
    readonly value: RecordOf<T[Name]["value"]> | null
  }
}[keyof T]

export type GroupRecord = CoordinatorRecord<typeof groupRecords>
export type TransactionRecord = CoordinatorRecord<typeof transactionRecords>

export function encodeCoordinatorKey<R extends RecordSchema>(schema: R, fields: RecordInput<R>): Buffer {
  return encodePrefixed(schema, schema.apiKey, 0, fields)
}

/** In the newest version unless told otherwise. */
export function encodeCoordinatorValue<R extends RecordSchema>(
  schema: R,
  fields: RecordInput<R>,
  version = schema.versions[1],
): Buffer {
  return encodePrefixed(schema, version, version, fields)
}

/** One record of __consumer_offsets; undefined for a kind that we do not keep, such as share groups. */
export function decodeGroupRecord(key: Buffer, value: Buffer | null): GroupRecord | undefined {
  return decodePair(groupRecords, key, value)
}

/** One record of __transaction_state; undefined for an unknown kind. */
export function decodeTransactionRecord(key: Buffer, value: Buffer | null): TransactionRecord | undefined {
  return decodePair(transactionRecords, key, value)
}

/** The fields of a value, after its int16 version. */
function decodeVersioned<R extends RecordSchema>(schema: R, bytes: Buffer): RecordOf<R> {
  const reader = new Reader(bytes)
  const version = reader.int16()
  const [oldest, newest] = schema.versions
  if (version < oldest || version > newest) {
    throw new ProtocolError("unsupported-version", `${schema.name} version ${version}`)
  }
  return schema.body.codec(version).read(reader) as RecordOf<R>
}

function decodePair<T extends Table>(table: T, key: Buffer, value: Buffer | null): CoordinatorRecord<T> | undefined {
  const reader = new Reader(key)
  const kind = reader.int16()
  const entry = Object.entries(table).find(([, pair]) => pair.key.apiKey === kind)
  if (!entry) return undefined
  const [name, pair] = entry
  const fields = pair.key.body.codec(0).read(reader)
  return {
    name,
    key: fields,
    value: value === null ? null : decodeVersioned(pair.value, value),
  } as unknown as CoordinatorRecord<T>
}

function encodePrefixed(schema: RecordSchema, prefix: number, version: number, fields: unknown): Buffer {
  const writer = new Writer()
  writer.int16(prefix)
  schema.body.codec(version).write(writer, fields)
  return writer.finish()
}
