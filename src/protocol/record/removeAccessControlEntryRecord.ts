/**
 * RemoveAccessControlEntryRecord: an ACL was deleted (KIP-801).
 */
import { type RecordOf, record, uuid } from "../schema"

export const removeAccessControlEntryRecord = record({
  name: "RemoveAccessControlEntryRecord",
  apiKey: 19,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    id: uuid,
  },
})
export type RemoveAccessControlEntryRecord = RecordOf<typeof removeAccessControlEntryRecord>
