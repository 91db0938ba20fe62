/**
 * SnapshotHeaderRecord: the control record at the start of a snapshot (KIP-630).
 */
import { int16, int64, type RecordOf, record } from "../schema"

export const snapshotHeaderRecord = record({
  name: "SnapshotHeaderRecord",
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    version: int16,
    lastContainedLogTimestamp: int64,
  },
})
export type SnapshotHeaderRecord = RecordOf<typeof snapshotHeaderRecord>
