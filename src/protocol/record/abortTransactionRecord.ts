/**
 * AbortTransactionRecord: the metadata transaction is void (KIP-868).
 */
import { nullableString, type RecordOf, record, tagged } from "../schema"

export const abortTransactionRecord = record({
  name: "AbortTransactionRecord",
  apiKey: 25,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    reason: tagged(0, 0, nullableString),
  },
})
export type AbortTransactionRecord = RecordOf<typeof abortTransactionRecord>
