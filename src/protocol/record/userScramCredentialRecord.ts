/**
 * UserScramCredentialRecord: a user's SCRAM credential: never the password, only what verifies it (RFC 5802,
 * KIP-900).
 */
import { bytes, int8, int32, type RecordOf, record, string } from "../schema"

export const userScramCredentialRecord = record({
  name: "UserScramCredentialRecord",
  apiKey: 11,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    name: string,
    mechanism: int8,
    salt: bytes,
    storedKey: bytes,
    serverKey: bytes,
    iterations: int32,
  },
})
export type UserScramCredentialRecord = RecordOf<typeof userScramCredentialRecord>
