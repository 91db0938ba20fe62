/**
 * NoOpRecord: nothing happened: the active controller writes it from time to time so that the high watermark moves
 * (KIP-835).
 */
import { type RecordOf, record } from "../schema"

export const noOpRecord = record({
  name: "NoOpRecord",
  apiKey: 20,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {},
})
export type NoOpRecord = RecordOf<typeof noOpRecord>
