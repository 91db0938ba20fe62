/**
 * The records of __cluster_metadata: each value is a frame of unsigned varints,
 * frame version 1, API key, version, and then the body (Kafka: AbstractApiMessageSerde).
 */
import { ProtocolError } from "../protocolError"
import { Reader } from "../reader"
import type { RecordInput, RecordOf, RecordSchema } from "../schema"
import { Writer } from "../writer"
import { abortTransactionRecord } from "./abortTransactionRecord"
import { accessControlEntryRecord } from "./accessControlEntryRecord"
import { beginTransactionRecord } from "./beginTransactionRecord"
import { brokerRegistrationChangeRecord } from "./brokerRegistrationChangeRecord"
import { clearElrRecord } from "./clearElrRecord"
import { clientQuotaRecord } from "./clientQuotaRecord"
import { configRecord } from "./configRecord"
import { endTransactionRecord } from "./endTransactionRecord"
import { featureLevelRecord } from "./featureLevelRecord"
import { fenceBrokerRecord } from "./fenceBrokerRecord"
import { noOpRecord } from "./noOpRecord"
import { partitionChangeRecord } from "./partitionChangeRecord"
import { partitionRecord } from "./partitionRecord"
import { producerIdsRecord } from "./producerIdsRecord"
import { registerBrokerRecord } from "./registerBrokerRecord"
import { removeAccessControlEntryRecord } from "./removeAccessControlEntryRecord"
import { removeTopicRecord } from "./removeTopicRecord"
import { removeUserScramCredentialRecord } from "./removeUserScramCredentialRecord"
import { topicRecord } from "./topicRecord"
import { unfenceBrokerRecord } from "./unfenceBrokerRecord"
import { unregisterBrokerRecord } from "./unregisterBrokerRecord"
import { userScramCredentialRecord } from "./userScramCredentialRecord"

const frameVersion = 1

/** In the order of their API keys. */
export const metadataRecords = {
  RegisterBrokerRecord: registerBrokerRecord,
  UnregisterBrokerRecord: unregisterBrokerRecord,
  TopicRecord: topicRecord,
  PartitionRecord: partitionRecord,
  ConfigRecord: configRecord,
  PartitionChangeRecord: partitionChangeRecord,
  FenceBrokerRecord: fenceBrokerRecord,
  UnfenceBrokerRecord: unfenceBrokerRecord,
  RemoveTopicRecord: removeTopicRecord,
  UserScramCredentialRecord: userScramCredentialRecord,
  FeatureLevelRecord: featureLevelRecord,
  ClientQuotaRecord: clientQuotaRecord,
  ProducerIdsRecord: producerIdsRecord,
  BrokerRegistrationChangeRecord: brokerRegistrationChangeRecord,
  AccessControlEntryRecord: accessControlEntryRecord,
  RemoveAccessControlEntryRecord: removeAccessControlEntryRecord,
  NoOpRecord: noOpRecord,
  RemoveUserScramCredentialRecord: removeUserScramCredentialRecord,
  BeginTransactionRecord: beginTransactionRecord,
  EndTransactionRecord: endTransactionRecord,
  AbortTransactionRecord: abortTransactionRecord,
  ClearElrRecord: clearElrRecord,
} as const

export type MetadataRecordName = keyof typeof metadataRecords
export type MetadataRecordInput<Name extends MetadataRecordName> = RecordInput<(typeof metadataRecords)[Name]>

/** One decoded record: `switch (record.name)` tells the type of its fields. */
export type MetadataRecord = {
  [Name in MetadataRecordName]: {
    readonly name: Name
    readonly version: number
    readonly fields: RecordOf<(typeof metadataRecords)[Name]>
  }
}[MetadataRecordName]

const namesByKey = new Map(
  Object.entries(metadataRecords).map(([name, { apiKey }]) => [apiKey, name as MetadataRecordName]),
)

/** The value of one record of __cluster_metadata; in the newest version unless told otherwise. */
export function encodeMetadataRecord<Name extends MetadataRecordName>(
  name: Name,
  fields: MetadataRecordInput<Name>,
  version?: number,
): Buffer {
  const schema: RecordSchema = metadataRecords[name]
  const chosen = version ?? schema.versions[1]
  const writer = new Writer()
  writer.unsignedVarint(frameVersion)
  writer.unsignedVarint(schema.apiKey)
  writer.unsignedVarint(chosen)
  schema.body.codec(chosen).write(writer, fields)
  return writer.finish()
}

/** Reads what `encodeMetadataRecord` wrote; an unknown kind or version throws ProtocolError. */
export function decodeMetadataRecord(bytes: Buffer): MetadataRecord {
  const reader = new Reader(bytes)
  const frame = reader.unsignedVarint()
  if (frame !== frameVersion) throw new ProtocolError("unsupported-version", `metadata frame version ${frame}`)
  const apiKey = reader.unsignedVarint()
  const version = reader.unsignedVarint()
  const name = namesByKey.get(apiKey)
  if (name === undefined) throw new ProtocolError("unsupported-version", `metadata record kind ${apiKey}`)
  const schema: RecordSchema = metadataRecords[name]
  if (version > schema.versions[1]) throw new ProtocolError("unsupported-version", `${name} version ${version}`)
  const fields = schema.body.codec(version).read(reader)
  if (reader.remaining > 0) throw new ProtocolError("trailing-bytes", `${reader.remaining} bytes after ${name}`)
  return { name, version, fields } as MetadataRecord
}
