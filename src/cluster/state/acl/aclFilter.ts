import { AclOperation, ResourceType } from "../access"
import type { AclImage } from "../metadata/imageEntries"
import { PatternType, PermissionType, WILDCARD } from "./aclCodes"

/** The fields by which DescribeAcls and DeleteAcls choose; null stands for any. */
export interface AclFilter {
  readonly resourceType: number
  readonly resourceName: string | null
  readonly patternType: number
  readonly principal: string | null
  readonly host: string | null
  readonly operation: number
  readonly permissionType: number
}

/** Kafka: AclBindingFilter.matches. */
export function matchesFilter(acl: AclImage, filter: AclFilter): boolean {
  return (
    (filter.resourceType === ResourceType.any || filter.resourceType === acl.resourceType) &&
    matchesPattern(acl, filter) &&
    (filter.principal === null || filter.principal === acl.principal) &&
    (filter.host === null || filter.host === acl.host) &&
    (filter.operation === AclOperation.Any || filter.operation === acl.operation) &&
    (filter.permissionType === PermissionType.any || filter.permissionType === acl.permissionType)
  )
}

/** What is wrong with a filter; undefined when nothing is. Codes that a newer Kafka may know are refused. */
export function refuseFilter(filter: AclFilter): string | undefined {
  if (!isWithin(filter.resourceType, ResourceType.any, ResourceType.user)) return "The resource type is unknown."
  if (!isWithin(filter.patternType, PatternType.any, PatternType.prefixed)) return "The pattern type is unknown."
  if (!isWithin(filter.operation, AclOperation.Any, MAX_OPERATION)) return "The operation is unknown."
  if (!isWithin(filter.permissionType, PermissionType.any, PermissionType.allow)) {
    return "The permission type is unknown."
  }
  return undefined
}

/** Kafka: AclOperation.TWO_PHASE_COMMIT (KIP-939), the last of 4.1. */
export const MAX_OPERATION = 15

export function isWithin(code: number, least: number, most: number): boolean {
  return code >= least && code <= most
}

/** Kafka: ResourcePatternFilter.matches. "match" finds every pattern that is about the name. */
function matchesPattern({ resourceName, patternType }: AclImage, filter: AclFilter): boolean {
  const { resourceName: name, patternType: wanted } = filter
  if (wanted !== PatternType.any && wanted !== PatternType.match && wanted !== patternType) return false
  if (name === null) return true
  if (wanted === PatternType.any || patternType === wanted) return resourceName === name
  if (patternType === PatternType.prefixed) return name.startsWith(resourceName)
  return resourceName === name || resourceName === WILDCARD
}
