/**
 * DescribeAcls: the ACLs that a filter finds, grouped by resource.
 * Kafka: AclApis.handleDescribeAcls. Not implemented: nothing.
 */
import { describeAcls } from "../../protocol/api/29_describeAcls"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { type AclFilter, matchesFilter, refuseFilter } from "../state/acl/aclFilter"
import type { AclImage } from "../state/metadata/imageEntries"
import { NO_AUTHORIZER } from "./30_createAcls"

export const onDescribeAcls = handler(describeAcls, (request, { acl, metadata }) => {
  if (!acl.mayDescribe("cluster", CLUSTER_RESOURCE)) return { errorCode: ErrorCode.ClusterAuthorizationFailed }
  if (!acl.isEnforced) return NO_AUTHORIZER
  const filter: AclFilter = {
    resourceType: request.resourceTypeFilter,
    resourceName: request.resourceNameFilter,
    patternType: request.patternTypeFilter,
    principal: request.principalFilter,
    host: request.hostFilter,
    operation: request.operation,
    permissionType: request.permissionType,
  }
  const errorMessage = refuseFilter(filter)
  if (errorMessage) return { errorCode: ErrorCode.InvalidRequest, errorMessage }

  const byResource = new Map<string, AclImage[]>()
  for (const each of metadata.acls.values()) {
    if (!matchesFilter(each, filter)) continue
    const key = JSON.stringify([each.resourceType, each.resourceName, each.patternType])
    byResource.set(key, [...(byResource.get(key) ?? []), each])
  }
  const resources = [...byResource.values()].map((acls) => ({
    resourceType: acls[0]?.resourceType,
    resourceName: acls[0]?.resourceName,
    patternType: acls[0]?.patternType,
    acls: acls.map(({ principal, host, operation, permissionType }) => ({
      principal,
      host,
      operation,
      permissionType,
    })),
  }))
  return { resources }
})
