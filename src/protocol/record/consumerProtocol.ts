/**
 * ConsumerProtocolSubscription and ConsumerProtocolAssignment: what a classic consumer puts into JoinGroup and
 * SyncGroup, after an int16 version.
 *
 * v1    owned partitions (KIP-429)
 * v2    generation (KIP-792)
 * v3    rack (KIP-881)
 */
import {
  array,
  int32,
  nullableBytes,
  nullableString,
  type RecordOf,
  record,
  since,
  string,
  struct,
  withDefault,
} from "../schema"

export const consumerProtocolSubscription = record({
  name: "ConsumerProtocolSubscription",
  versions: [0, 3],
  fields: {
    topics: array(string),
    userData: nullableBytes,
    ownedPartitions: since(
      1,
      array(
        struct({
          topic: string,
          partitions: array(int32),
        }),
      ),
    ),
    generationId: since(2, withDefault(-1, int32)),
    rackId: since(3, nullableString),
  },
})
export type ConsumerProtocolSubscription = RecordOf<typeof consumerProtocolSubscription>

export const consumerProtocolAssignment = record({
  name: "ConsumerProtocolAssignment",
  versions: [0, 3],
  fields: {
    assignedPartitions: array(
      struct({
        topic: string,
        partitions: array(int32),
      }),
    ),
    userData: nullableBytes,
  },
})
export type ConsumerProtocolAssignment = RecordOf<typeof consumerProtocolAssignment>
