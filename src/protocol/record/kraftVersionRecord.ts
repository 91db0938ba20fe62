/**
 * KRaftVersionRecord: the control record with the version of the quorum's own protocol (KIP-853).
 */
import { int16, type RecordOf, record } from "../schema"

export const kraftVersionRecord = record({
  name: "KRaftVersionRecord",
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    version: int16,
    kRaftVersion: int16,
  },
})
export type KraftVersionRecord = RecordOf<typeof kraftVersionRecord>
