/**
 * DescribeCluster: brokers, fenced ones too where asked for (KIP-1073). Controllers describe themselves only on their
 * own listener (KIP-919), which a broker's is not.
 * Kafka: KafkaApis.handleDescribeCluster. Not implemented: nothing.
 */
import { describeCluster } from "../../protocol/api/60_describeCluster"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { randomInteger } from "../random"
import { CLUSTER_RESOURCE } from "../state/access"
import { authorizedClusterOperations } from "./authorizedOperations"

const BROKERS = 1

export const onDescribeCluster = handler(describeCluster, (request, services) => {
  const { acl, clusterId, connection, metadata, random, version } = services
  if (version >= 1 && request.endpointType !== BROKERS) {
    const errorMessage = `The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type ${request.endpointType}`
    return { errorCode: ErrorCode.MismatchedEndpointType, errorMessage, endpointType: BROKERS }
  }
  const described = [...metadata.brokers.values()]
    .filter(({ fenced }) => !fenced || request.includeFencedBrokers)
    .sort((left, right) => left.id - right.id)
    .flatMap(({ id, endpoints, fenced, rack }) => {
      const endpoint = endpoints.find(({ name }) => name === connection.listener)
      return endpoint ? [{ brokerId: id, host: endpoint.host, port: endpoint.port, rack, isFenced: fenced }] : []
    })
  const live = described.filter(({ isFenced }) => !isFenced)
  const asked = request.includeClusterAuthorizedOperations
  return {
    clusterId,
    controllerId: live[randomInteger(random, live.length)]?.brokerId ?? -1,
    brokers: described,
    ...(asked
      ? {
          clusterAuthorizedOperations: acl.mayDescribe("cluster", CLUSTER_RESOURCE)
            ? authorizedClusterOperations(acl)
            : 0,
        }
      : {}),
  }
})
