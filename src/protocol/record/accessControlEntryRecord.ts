/**
 * AccessControlEntryRecord: an ACL was created (KIP-801).
 */
import { int8, type RecordOf, record, string, uuid } from "../schema"

export const accessControlEntryRecord = record({
  name: "AccessControlEntryRecord",
  apiKey: 18,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    id: uuid,
    resourceType: int8,
    resourceName: string,
    patternType: int8,
    principal: string,
    host: string,
    operation: int8,
    permissionType: int8,
  },
})
export type AccessControlEntryRecord = RecordOf<typeof accessControlEntryRecord>
