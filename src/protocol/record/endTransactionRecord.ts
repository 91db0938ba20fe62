/**
 * EndTransactionRecord: the metadata transaction is complete (KIP-868).
 */
import { type RecordOf, record } from "../schema"

export const endTransactionRecord = record({
  name: "EndTransactionRecord",
  apiKey: 24,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {},
})
export type EndTransactionRecord = RecordOf<typeof endTransactionRecord>
