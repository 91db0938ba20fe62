/** Control records: transaction markers, and the messages that a quorum writes into its own log (KIP-98, KIP-595). */
import { controlType } from "../batchHeader"
import { Reader } from "../reader"
import type { RecordInput, RecordOf, RecordSchema } from "../schema"
import { Writer } from "../writer"
import { endTxnMarker } from "./endTxnMarker"
import { kraftVersionRecord } from "./kraftVersionRecord"
import { leaderChangeMessage } from "./leaderChangeMessage"
import { snapshotFooterRecord } from "./snapshotFooterRecord"
import { snapshotHeaderRecord } from "./snapshotHeaderRecord"
import { votersRecord } from "./votersRecord"

const keyVersion = 0

/** The body of each kind. A marker's value begins with an int16 version; the others carry theirs as a field. */
export const controlRecords = {
  abort: endTxnMarker,
  commit: endTxnMarker,
  leaderChange: leaderChangeMessage,
  snapshotHeader: snapshotHeaderRecord,
  snapshotFooter: snapshotFooterRecord,
  kraftVersion: kraftVersionRecord,
  kraftVoters: votersRecord,
} as const

export type ControlRecordKind = keyof typeof controlRecords
export type ControlRecord = {
  [Kind in ControlRecordKind]: { readonly kind: Kind; readonly fields: RecordOf<(typeof controlRecords)[Kind]> }
}[ControlRecordKind]

/** Key and value of a control record, for `encodeBatch({ isControl: true, … })`. */
export function encodeControlRecord<Kind extends ControlRecordKind>(
  kind: Kind,
  fields: RecordInput<(typeof controlRecords)[Kind]>,
  version = 0,
): { readonly key: Buffer; readonly value: Buffer } {
  const schema: RecordSchema = controlRecords[kind]
  const key = new Writer()
  key.int16(keyVersion)
  key.int16(controlType[kind])
  const value = new Writer()
  if (schema === endTxnMarker) value.int16(version)
  schema.body.codec(version).write(value, fields)
  return { key: key.finish(), value: value.finish() }
}

/** undefined for a kind that Kafka 4.1 does not have. */
export function decodeControlRecord(key: Buffer, value: Buffer): ControlRecord | undefined {
  const keyReader = new Reader(key)
  keyReader.int16()
  const type = keyReader.int16()
  const kind = kinds.find((each) => controlType[each] === type)
  if (!kind) return undefined
  const schema: RecordSchema = controlRecords[kind]
  const reader = new Reader(value)
  // Every one of these values begins with its version, as a prefix or as its first field.
  const version = Math.min(Math.max(new Reader(value).int16(), schema.versions[0]), schema.versions[1])
  if (schema === endTxnMarker) reader.int16()
  return { kind, fields: schema.body.codec(version).read(reader) } as ControlRecord
}

const kinds = Object.keys(controlRecords) as ControlRecordKind[]
