import type { createAcls } from "../../../protocol/api/30_createAcls"
import type { deleteAcls } from "../../../protocol/api/31_deleteAcls"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../../protocol/schema"
import { randomUuid } from "../../random"
import { AclOperation, CLUSTER_RESOURCE, ResourceType } from "../access"
import type { ControllerState, Decision } from "../controller/controllerState"
import type { AclImage } from "../metadata/imageEntries"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { PatternType, PermissionType } from "./aclCodes"
import { type AclFilter, isWithin, MAX_OPERATION, matchesFilter, refuseFilter } from "./aclFilter"

type Creation = ElementOf<RequestOf<typeof createAcls>["creations"]>
type Filter = ElementOf<RequestOf<typeof deleteAcls>["filters"]>

/** Kafka: AclControlManager.createAcls. An ACL that is there already is a success without a record. */
export function decideCreateAcls(
  { image, random }: ControllerState,
  { creations }: RequestOf<typeof createAcls>,
): Decision<ResponseInput<typeof createAcls>> {
  const records: MetadataRecord[] = []
  const present = new Set([...image.acls.values()].map(textOf))
  const results = creations.map((creation) => {
    const errorMessage = refuseCreation(creation)
    if (errorMessage) return { errorCode: ErrorCode.InvalidRequest, errorMessage }
    const acl = aclOf(creation)
    if (!present.has(textOf(acl))) {
      present.add(textOf(acl))
      records.push(metadataRecord("AccessControlEntryRecord", { ...acl, id: randomUuid(random) }))
    }
    return {}
  })
  return { records, response: { results } }
}

/** Kafka: AclControlManager.deleteAcls. */
export function decideDeleteAcls(
  { image }: ControllerState,
  { filters }: RequestOf<typeof deleteAcls>,
): Decision<ResponseInput<typeof deleteAcls>> {
  const removed = new Set<string>()
  const filterResults = filters.map((each) => {
    const filter = filterOf(each)
    const errorMessage = refuseFilter(filter)
    if (errorMessage) return { errorCode: ErrorCode.InvalidRequest, errorMessage }
    const matching = [...image.acls.values()].filter((acl) => matchesFilter(acl, filter))
    for (const { id } of matching) removed.add(id)
    return { matchingAcls: matching.map(({ id: _, ...acl }) => acl) }
  })
  const records = [...removed].map((id) => metadataRecord("RemoveAccessControlEntryRecord", { id }))
  return { records, response: { filterResults } }
}

/** What is wrong with a new ACL (Kafka: AclApis.handleCreateAcls, AclControlManager.validateNewAcl). */
function refuseCreation(creation: Creation): string | undefined {
  const { resourceType, resourceName, resourcePatternType, principal, host, operation, permissionType } = creation
  if (!isWithin(resourceType, ResourceType.topic, ResourceType.user)) return `Invalid resourceType ${resourceType}`
  if (resourceType === ResourceType.cluster && resourceName !== CLUSTER_RESOURCE) {
    return `The only valid name for the CLUSTER resource is ${CLUSTER_RESOURCE}`
  }
  if (resourceName === "") return "Invalid empty resource name"
  if (resourcePatternType !== PatternType.literal && resourcePatternType !== PatternType.prefixed) {
    return `Invalid patternType ${resourcePatternType}`
  }
  if (!isWithin(operation, AclOperation.All, MAX_OPERATION)) return `Invalid operation ${operation}`
  if (permissionType !== PermissionType.deny && permissionType !== PermissionType.allow) {
    return `Invalid permissionType ${permissionType}`
  }
  if (!/^[^:]+:.+$/s.test(principal)) return `Could not parse principal from \`${principal}\` (no colon is present)`
  return host === "" ? "Invalid empty host" : undefined
}

function aclOf({ resourcePatternType, ...rest }: Creation): Omit<AclImage, "id"> {
  return { ...rest, patternType: resourcePatternType }
}

function filterOf(filter: Filter): AclFilter {
  return {
    resourceType: filter.resourceTypeFilter,
    resourceName: filter.resourceNameFilter,
    patternType: filter.patternTypeFilter,
    principal: filter.principalFilter,
    host: filter.hostFilter,
    operation: filter.operation,
    permissionType: filter.permissionType,
  }
}

/** An ACL without its id: two with the same text are one. */
function textOf(acl: Omit<AclImage, "id">): string {
  const { resourceType, resourceName, patternType, principal, host, operation, permissionType } = acl
  return JSON.stringify([resourceType, resourceName, patternType, principal, host, operation, permissionType])
}
