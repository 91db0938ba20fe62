import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
  type MetadataRecordInput,
  type MetadataRecordName,
  metadataRecords,
} from "../../../protocol/record/metadataRecords"
import { batchesOf, decodeRecords, isControl } from "../../../protocol/recordBatch"
import type { RecordSchema } from "../../../protocol/schema"
import { fillDefaults } from "../../fillDefaults"

export type { MetadataRecord }

/** A record in its newest version; what is left out holds its default. */
export function metadataRecord<Name extends MetadataRecordName>(
  name: Name,
  input: MetadataRecordInput<Name>,
): MetadataRecord {
  const schema: RecordSchema = metadataRecords[name]
  const fields = fillDefaults(schema.body, input)
  return { name, version: schema.versions[1], fields } as MetadataRecord
}

export function encodeRecord({ name, version, fields }: MetadataRecord): Buffer {
  return encodeMetadataRecord(name, fields, version)
}

/** The records of a piece of the metadata log with their offsets; control batches hold none. */
export function* decodeMetadata(
  batches: Buffer,
): Generator<{ readonly offset: number; readonly record: MetadataRecord }> {
  for (const batch of batchesOf(batches)) {
    if (isControl(batch)) continue
    for (const { offset, value } of decodeRecords(batch)) {
      if (value) yield { offset, record: decodeMetadataRecord(value) }
    }
  }
}
