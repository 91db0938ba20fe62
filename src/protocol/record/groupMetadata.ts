/**
 * GroupMetadataKey and GroupMetadataValue: a classic group in __consumer_offsets.
 *
 * value v1    rebalance timeout of members
 * value v2    time of the current state
 * value v3    group instance id (KIP-345)
 * value v4    flexible
 */
import {
  array,
  bytes,
  int32,
  int64,
  nullableString,
  type RecordOf,
  record,
  since,
  string,
  struct,
  withDefault,
} from "../schema"

export const groupMetadataKey = record({
  name: "GroupMetadataKey",
  apiKey: 2,
  versions: [0, 0],
  fields: {
    group: string,
  },
})
export type GroupMetadataKey = RecordOf<typeof groupMetadataKey>

export const groupMetadataValue = record({
  name: "GroupMetadataValue",
  apiKey: 2,
  versions: [0, 4],
  flexibleFrom: 4,
  fields: {
    protocolType: string,
    generation: int32,
    protocol: nullableString,
    leader: nullableString,
    currentStateTimestamp: since(2, withDefault(-1, int64)),
    members: array(
      struct({
        memberId: string,
        groupInstanceId: since(3, nullableString),
        clientId: string,
        clientHost: string,
        rebalanceTimeout: since(1, withDefault(-1, int32)),
        sessionTimeout: int32,
        subscription: bytes,
        assignment: bytes,
      }),
    ),
  },
})
export type GroupMetadataValue = RecordOf<typeof groupMetadataValue>
