/**
 * DescribeLogDirs (API key 35): shows log directories and the replicas in them (KIP-113).
 *
 * v1  throttles after responding (KIP-219)
 * v2  flexible (KIP-482)
 * v3  error of the whole response (KIP-784)
 * v4  total and usable bytes (KIP-827)
 */
import { api, array, boolean, int16, int32, int64, nullableArray, since, string, struct, withDefault } from "../schema"

export const describeLogDirs = api({
  key: 35,
  name: "DescribeLogDirs",
  versions: [0, 4],
  flexibleFrom: 2,
  request: {
    topics: nullableArray(
      struct({
        topic: string,
        partitions: array(int32),
      }),
    ),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: since(3, int16),
    results: array(
      struct({
        errorCode: int16,
        logDir: string,
        topics: array(
          struct({
            name: string,
            partitions: array(
              struct({
                partitionIndex: int32,
                partitionSize: int64,
                offsetLag: int64,
                isFutureKey: boolean,
              }),
            ),
          }),
        ),
        totalBytes: since(4, withDefault(-1, int64)),
        usableBytes: since(4, withDefault(-1, int64)),
      }),
    ),
  },
})
