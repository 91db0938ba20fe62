/**
 * VotersRecord: the control record with the voters of the quorum (KIP-853).
 */
import { array, int16, int32, type RecordOf, record, string, struct, uint16, uuid } from "../schema"

export const votersRecord = record({
  name: "VotersRecord",
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    version: int16,
    voters: array(
      struct({
        voterId: int32,
        voterDirectoryId: uuid,
        endpoints: array(
          struct({
            name: string,
            host: string,
            port: uint16,
          }),
        ),
        kRaftVersionFeature: struct({
          minSupportedVersion: int16,
          maxSupportedVersion: int16,
        }),
      }),
    ),
  },
})
export type VotersRecord = RecordOf<typeof votersRecord>
