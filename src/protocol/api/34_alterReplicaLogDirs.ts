/**
 * AlterReplicaLogDirs (API key 34): moves replicas to other log directories (KIP-113).
 *
 * v1  throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 */
import { api, array, int16, int32, string, struct } from "../schema"

export const alterReplicaLogDirs = api({
  key: 34,
  name: "AlterReplicaLogDirs",
  versions: [0, 2],
  flexibleFrom: 2,
  request: {
    dirs: array(
      struct({
        path: string,
        topics: array(
          struct({
            name: string,
            partitions: array(int32),
          }),
        ),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    results: array(
      struct({
        topicName: string,
        partitions: array(
          struct({
            partitionIndex: int32,
            errorCode: int16,
          }),
        ),
      }),
    ),
  },
})
