/**
 * DescribeConfigs: what is set, where, and what Kafka's default is; for topics, brokers and groups.
 * Kafka: ConfigHelper. Not implemented: broker loggers (none exist) and client metrics subscriptions are answered empty.
 */
import { describeConfigs } from "../../protocol/api/32_describeConfigs"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import {
  brokerConfigs,
  type ConfigDefinition,
  type ConfigType,
  groupConfigs,
  topicConfigs,
} from "../state/configDefinitions"
import { ConfigResourceType } from "../state/metadata/metadataImage"
import { refuseTopicName } from "../state/topicName"
import { type ConfigValue, configValues, effectiveValue, toldSynonyms } from "./configSources"

type Resource = ElementOf<RequestOf<typeof describeConfigs>["resources"]>
type Answer = ElementOf<ResponseInput<typeof describeConfigs>["results"]>
type ConfigAnswer = ElementOf<Answer["configs"]>

const BROKER_LOGGER = 8
const DEFAULT_SOURCE = 5
const TYPE_CODES: Readonly<Record<ConfigType, number>> = {
  BOOLEAN: 1,
  STRING: 2,
  INT: 3,
  SHORT: 4,
  LONG: 5,
  DOUBLE: 6,
  LIST: 7,
  CLASS: 8,
  PASSWORD: 9,
}

interface Refusal {
  readonly errorCode: ErrorCode
  readonly errorMessage: string | null
}

export const onDescribeConfigs = handler(describeConfigs, (request, services) => ({
  results: request.resources.map((resource): Answer => {
    const { resourceType, resourceName, configurationKeys } = resource
    const refusal = refuse(resource, services)
    if (refusal) return { ...refusal, resourceType, resourceName, configs: [] }
    const wanted = configurationKeys && new Set(configurationKeys)
    const configs = [...definitionsOf(resourceType).values()]
      .filter(({ name }) => !wanted || wanted.has(name))
      .flatMap((definition) => describe(definition, resource, request, services))
    return { errorCode: ErrorCode.None, errorMessage: null, resourceType, resourceName, configs }
  }),
}))

function refuse({ resourceType, resourceName }: Resource, services: Services): Refusal | undefined {
  const { acl, brokerId, metadata } = services
  switch (resourceType) {
    case ConfigResourceType.topic: {
      if (!acl.mayDescribeConfigs("topic", resourceName)) return refusal(ErrorCode.TopicAuthorizationFailed)
      const complaint = refuseTopicName(resourceName)
      if (complaint) return refusal(ErrorCode.InvalidTopicException, complaint)
      return metadata.topic(resourceName) ? undefined : refusal(ErrorCode.UnknownTopicOrPartition)
    }
    case ConfigResourceType.broker: {
      if (!acl.mayDescribeConfigs("cluster", CLUSTER_RESOURCE)) return refusal(ErrorCode.ClusterAuthorizationFailed)
      // Only a broker itself knows what it was started with.
      if (resourceName === "" || resourceName === String(brokerId)) return undefined
      return refusal(
        ErrorCode.InvalidRequest,
        `Unexpected broker id, expected ${brokerId} or empty string, but received ${resourceName}`,
      )
    }
    case ConfigResourceType.group:
      if (!acl.mayDescribeConfigs("group", resourceName)) return refusal(ErrorCode.GroupAuthorizationFailed)
      return resourceName === "" ? refusal(ErrorCode.InvalidRequest, "Group name must not be empty") : undefined
    case BROKER_LOGGER:
    case ConfigResourceType.clientMetrics:
      if (!acl.mayDescribeConfigs("cluster", CLUSTER_RESOURCE)) return refusal(ErrorCode.ClusterAuthorizationFailed)
      return undefined
    default:
      return refusal(ErrorCode.InvalidRequest, `Unsupported resource type: ${resourceType}`)
  }
}

function refusal(errorCode: ErrorCode, errorMessage: string | null = null): Refusal {
  return { errorCode, errorMessage }
}

function definitionsOf(resourceType: number): ReadonlyMap<string, ConfigDefinition> {
  switch (resourceType) {
    case ConfigResourceType.topic:
      return topicConfigs
    case ConfigResourceType.broker:
      return brokerConfigs
    case ConfigResourceType.group:
      return groupConfigs
    default:
      return new Map()
  }
}

function describe(
  definition: ConfigDefinition,
  { resourceType, resourceName }: Resource,
  { includeSynonyms, includeDocumentation }: RequestOf<typeof describeConfigs>,
  services: Services,
): ConfigAnswer[] {
  const { name, type, documentation, dynamic } = definition
  const values = configValues(definition, resourceType, resourceName, services)
  const [first] = values
  const told = resourceType === ConfigResourceType.topic ? toldSynonyms(definition, values) : values
  // The cluster-wide default names only what is set on it.
  if (resourceType === ConfigResourceType.broker && resourceName === "" && !first) return []
  const isSensitive = type === "PASSWORD"
  const shown = (value: string | null) => (isSensitive ? null : value)
  const source = told[0]?.source ?? DEFAULT_SOURCE
  return [
    {
      name,
      value: shown(resourceType === ConfigResourceType.topic ? effectiveValue(values) : (first?.value ?? null)),
      readOnly: resourceType === ConfigResourceType.broker && dynamic === undefined,
      isDefault: source === DEFAULT_SOURCE,
      configSource: source,
      isSensitive,
      synonyms: includeSynonyms
        ? told.map((synonym: ConfigValue) => ({ ...synonym, value: shown(synonym.value) }))
        : [],
      configType: TYPE_CODES[type],
      documentation: includeDocumentation ? documentation : null,
    },
  ]
}
