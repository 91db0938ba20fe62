/**
 * DescribeClientQuotas: the quotas of the entities that a filter finds.
 * Kafka: ClientQuotasImage.describe. Not implemented: nothing.
 */
import { describeClientQuotas } from "../../protocol/api/48_describeClientQuotas"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf } from "../../protocol/schema"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { isQuotaEntityType, type QuotaEntity, quotaEntityOf } from "../state/quota/quotaEntity"

type Component = ElementOf<RequestOf<typeof describeClientQuotas>["components"]>

/** Kafka: DescribeClientQuotasRequest.MATCH_TYPE_*. */
const MatchType = { exact: 0, default: 1, specified: 2 } as const

export const onDescribeClientQuotas = handler(describeClientQuotas, (request, { acl, metadata }) => {
  const { components, strict } = request
  if (!acl.mayDescribeConfigs("cluster", CLUSTER_RESOURCE)) return refuse(ErrorCode.ClusterAuthorizationFailed, null)
  const errorMessage = refuseComponents(components)
  if (errorMessage) return refuse(ErrorCode.InvalidRequest, errorMessage)

  const found = [...metadata.quotas]
    .map(([key, values]) => ({ entity: quotaEntityOf(key), values }))
    .filter(({ entity }) => components.every((component) => matches(entity, component)))
    .filter(({ entity }) => !strict || entity.size === components.length)
  const entries = found.map(({ entity, values }) => ({
    entity: [...entity].map(([entityType, entityName]) => ({ entityType, entityName })),
    values: [...values].map(([key, value]) => ({ key, value })),
  }))
  return { entries }
})

function refuse(errorCode: ErrorCode, errorMessage: string | null) {
  return { errorCode, errorMessage, entries: null }
}

function refuseComponents(components: readonly Component[]): string | undefined {
  const types = components.map(({ entityType }) => entityType)
  if (types.includes("")) return "Invalid empty entity type."
  if (new Set(types).size < types.length) return "Entity type cannot appear more than once in the filter."
  if (types.includes("ip") && types.length > 1) return "Invalid entity filter component combination: ip and another."
  for (const { entityType, matchType, match } of components) {
    if (!isQuotaEntityType(entityType)) return `Unsupported entity type ${entityType}.`
    if (matchType === MatchType.exact && match === null)
      return "Request specified MATCH_TYPE_EXACT, but set match string to null."
    if (matchType !== MatchType.exact && match !== null)
      return "Request specified a match type without name, but set a match string."
    if (matchType < MatchType.exact || matchType > MatchType.specified) return `Unknown match type ${matchType}`
  }
  return undefined
}

function matches(entity: QuotaEntity, { entityType, matchType, match }: Component): boolean {
  if (!isQuotaEntityType(entityType)) return false
  const name = entity.get(entityType)
  if (name === undefined) return false
  if (matchType === MatchType.specified) return true
  return matchType === MatchType.default ? name === null : name === match
}
