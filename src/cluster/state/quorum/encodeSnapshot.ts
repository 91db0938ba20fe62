import { encodeControlRecord } from "../../../protocol/record/controlRecords"
import { encodeBatch } from "../../../protocol/recordBatch"
import { imageRecords } from "../metadata/imageRecords"
import type { MetadataImage } from "../metadata/metadataImage"
import { encodeRecord } from "../metadata/metadataRecord"

const RECORDS_PER_BATCH = 1000

/** The bytes of a snapshot file: a header, the image as batches of records, a footer (KIP-630; Kafka: RecordsSnapshotWriter). */
export function encodeSnapshot(image: MetadataImage, epoch: number, timestamp: number): Buffer {
  const batches: Buffer[] = []
  let offset = 0
  const add = (records: readonly { key?: Buffer; value: Buffer }[], isControl: boolean): void => {
    const timed = records.map((record) => ({ ...record, timestamp }))
    batches.push(encodeBatch({ records: timed, baseOffset: offset, partitionLeaderEpoch: epoch, isControl }))
    offset += records.length
  }
  add([encodeControlRecord("snapshotHeader", { version: 0, lastContainedLogTimestamp: timestamp })], true)
  let values: { value: Buffer }[] = []
  for (const record of imageRecords(image)) {
    values.push({ value: encodeRecord(record) })
    if (values.length < RECORDS_PER_BATCH) continue
    add(values, false)
    values = []
  }
  if (values.length > 0) add(values, false)
  add([encodeControlRecord("snapshotFooter", { version: 0 })], true)
  return Buffer.concat(batches)
}
