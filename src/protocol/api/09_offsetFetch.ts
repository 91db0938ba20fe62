/**
 * OffsetFetch (API key 9): reads a group's committed offsets.
 *
 * v0   from ZooKeeper, once
 * v1   from __consumer_offsets
 * v2   null asks for all topics; error of the whole response (KIP-88)
 * v3   throttle time
 * v4   throttles after responding (KIP-219)
 * v5   leader epoch (KIP-320)
 * v6   flexible (KIP-482)
 * v7   refuses offsets of pending transactions if asked to (KIP-447)
 * v8   several groups at once (KIP-709)
 * v9   member epochs of consumer groups (KIP-848)
 * v10  topic ids; unstable in 4.1, so not here
 */
import {
  api,
  array,
  between,
  boolean,
  int16,
  int32,
  int64,
  nullableArray,
  nullableSince,
  nullableString,
  since,
  string,
  struct,
  until,
  withDefault,
} from "../schema"

export const offsetFetch = api({
  key: 9,
  name: "OffsetFetch",
  versions: [0, 9],
  flexibleFrom: 6,
  request: {
    groupId: until(7, string),
    topics: until(
      7,
      nullableSince(
        2,
        nullableArray(
          struct({
            name: string,
            partitionIndexes: array(int32),
          }),
        ),
      ),
    ),
    groups: since(
      8,
      array(
        struct({
          groupId: string,
          memberId: since(9, nullableString),
          memberEpoch: since(9, withDefault(-1, int32)),
          topics: nullableArray(
            struct({
              name: string,
              partitionIndexes: array(int32),
            }),
          ),
        }),
      ),
    ),
    requireStable: since(7, boolean),
  },
  response: {
    throttleTimeMs: since(3, int32),
    topics: until(
      7,
      array(
        struct({
          name: string,
          partitions: array(
            struct({
              partitionIndex: int32,
              committedOffset: int64,
              committedLeaderEpoch: since(5, withDefault(-1, int32)),
              metadata: nullableString,
              errorCode: int16,
            }),
          ),
        }),
      ),
    ),
    errorCode: between(2, 7, int16),
    groups: since(
      8,
      array(
        struct({
          groupId: string,
          topics: array(
            struct({
              name: string,
              partitions: array(
                struct({
                  partitionIndex: int32,
                  committedOffset: int64,
                  committedLeaderEpoch: withDefault(-1, int32),
                  metadata: nullableString,
                  errorCode: int16,
                }),
              ),
            }),
          ),
          errorCode: int16,
        }),
      ),
    ),
  },
})
