/**
 * SnapshotFooterRecord: the control record at the end of a snapshot (KIP-630).
 */
import { int16, type RecordOf, record } from "../schema"

export const snapshotFooterRecord = record({
  name: "SnapshotFooterRecord",
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    version: int16,
  },
})
export type SnapshotFooterRecord = RecordOf<typeof snapshotFooterRecord>
