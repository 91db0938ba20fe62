/**
 * BeginTransactionRecord: the records up to the next end or abort belong together (KIP-868).
 */
import { nullableString, type RecordOf, record, tagged } from "../schema"

export const beginTransactionRecord = record({
  name: "BeginTransactionRecord",
  apiKey: 23,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    name: tagged(0, 0, nullableString),
  },
})
export type BeginTransactionRecord = RecordOf<typeof beginTransactionRecord>
