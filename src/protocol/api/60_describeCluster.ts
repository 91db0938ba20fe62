/**
 * DescribeCluster (API key 60): shows the brokers, or the controllers, and the cluster's id (KIP-700).
 *
 * v1  kind of endpoint: broker or controller (KIP-919)
 * v2  fenced brokers too (KIP-1073)
 */
import { api, array, boolean, int8, int16, int32, nullableString, since, string, struct, withDefault } from "../schema"

export const describeCluster = api({
  key: 60,
  name: "DescribeCluster",
  versions: [0, 2],
  flexibleFrom: 0,
  request: {
    includeClusterAuthorizedOperations: boolean,
    endpointType: since(1, withDefault(1, int8)),
    includeFencedBrokers: since(2, boolean),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: nullableString,
    endpointType: since(1, withDefault(1, int8)),
    clusterId: string,
    controllerId: withDefault(-1, int32),
    brokers: array(
      struct({
        brokerId: int32,
        host: string,
        port: int32,
        rack: nullableString,
        isFenced: since(2, boolean),
      }),
    ),
    clusterAuthorizedOperations: withDefault(-2147483648, int32),
  },
})
