/**
 * RemoveUserScramCredentialRecord: a user's SCRAM credential was deleted.
 */
import { int8, type RecordOf, record, string } from "../schema"

export const removeUserScramCredentialRecord = record({
  name: "RemoveUserScramCredentialRecord",
  apiKey: 22,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    name: string,
    mechanism: int8,
  },
})
export type RemoveUserScramCredentialRecord = RecordOf<typeof removeUserScramCredentialRecord>
