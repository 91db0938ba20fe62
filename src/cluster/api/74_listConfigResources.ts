/**
 * ListConfigResources: what configs can be set on. v0 is the former ListClientMetricsResources.
 * Kafka: KafkaApis.handleListConfigResources (KIP-1142). Broker loggers have no configs here.
 */
import { listConfigResources } from "../../protocol/api/74_listConfigResources"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler, type Services } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { ConfigResourceType } from "../state/metadata/metadataImage"

const BROKER_LOGGER = 8
const KNOWN_TYPES: readonly number[] = [
  ConfigResourceType.topic,
  ConfigResourceType.broker,
  BROKER_LOGGER,
  ConfigResourceType.clientMetrics,
  ConfigResourceType.group,
]

export const onListConfigResources = handler(listConfigResources, (request, services) => {
  if (!services.acl.mayDescribeConfigs("cluster", CLUSTER_RESOURCE)) {
    return { errorCode: ErrorCode.ClusterAuthorizationFailed }
  }
  const everything = services.version === 0 ? [ConfigResourceType.clientMetrics] : KNOWN_TYPES
  const types = request.resourceTypes.length === 0 ? everything : request.resourceTypes
  if (types.some((type) => !KNOWN_TYPES.includes(type))) return { errorCode: ErrorCode.UnsupportedVersion }
  return {
    configResources: types.flatMap((resourceType) =>
      namesOf(resourceType, services).map((resourceName) => ({ resourceName, resourceType })),
    ),
  }
})

function namesOf(type: number, { metadata }: Services): readonly string[] {
  switch (type) {
    case ConfigResourceType.topic:
      return [...metadata.topics.keys()]
    case ConfigResourceType.broker:
    case BROKER_LOGGER:
      return [...metadata.brokers.keys()].map(String)
    default:
      return [...metadata.configs.keys()].flatMap((key) => {
        const [ofType, name = ""] = splitKey(key)
        return Number(ofType) === type ? [name] : []
      })
  }
}

function splitKey(key: string): [string, string] {
  const colon = key.indexOf(":")
  return [key.slice(0, colon), key.slice(colon + 1)]
}
