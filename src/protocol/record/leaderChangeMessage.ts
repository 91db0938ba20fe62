/**
 * LeaderChangeMessage: the control record with which a quorum's new leader begins its epoch (KIP-595).
 *
 * v1    directory ids (KIP-853)
 */
import { array, int16, int32, type RecordOf, record, since, struct, uuid } from "../schema"

export const leaderChangeMessage = record({
  name: "LeaderChangeMessage",
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    version: int16,
    leaderId: int32,
    voters: array(
      struct({
        voterId: int32,
        voterDirectoryId: since(1, uuid),
      }),
    ),
    grantingVoters: array(
      struct({
        voterId: int32,
        voterDirectoryId: since(1, uuid),
      }),
    ),
  },
})
export type LeaderChangeMessage = RecordOf<typeof leaderChangeMessage>
