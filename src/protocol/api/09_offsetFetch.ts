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
