/**
 * AlterPartitionReassignments (API key 45): moves partitions to other brokers, or cancels that (KIP-455).
 *
 * v1  may forbid a change of the replication factor (KIP-860)
 */
import {
  api,
  array,
  boolean,
  int16,
  int32,
  nullableArray,
  nullableString,
  since,
  string,
  struct,
  withDefault,
} from "../schema"

export const alterPartitionReassignments = api({
  key: 45,
  name: "AlterPartitionReassignments",
  versions: [0, 1],
  flexibleFrom: 0,
  request: {
    timeoutMs: withDefault(60000, int32),
    allowReplicationFactorChange: since(1, withDefault(true, boolean)),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            replicas: nullableArray(int32),
          }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    allowReplicationFactorChange: since(1, withDefault(true, boolean)),
    errorCode: int16,
    errorMessage: nullableString,
    responses: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
            errorMessage: nullableString,
          }),
        ),
      }),
    ),
  },
})
