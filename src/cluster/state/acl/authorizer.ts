import { AclOperation, RequestAccess, type ResourceName, ResourceType } from "../access"
import type { AclImage } from "../metadata/imageEntries"
import type { MetadataImage } from "../metadata/metadataImage"
import type { NodeConfig } from "../nodeConfig"
import { PatternType, PermissionType, WILDCARD, WILDCARD_PRINCIPAL } from "./aclCodes"

/** What an allowed operation allows besides itself (Kafka: StandardAuthorizerData.IMPLIES_DESCRIBE). */
const IMPLIED_BY: ReadonlyMap<AclOperation, readonly AclOperation[]> = new Map<AclOperation, AclOperation[]>([
  [AclOperation.Describe, [AclOperation.Read, AclOperation.Write, AclOperation.Delete, AclOperation.Alter]],
  [AclOperation.DescribeConfigs, [AclOperation.AlterConfigs]],
])

/** The ACLs of one type of resource, found by name. */
interface ResourceAcls {
  readonly literal: Map<string, AclImage[]>
  readonly prefixed: AclImage[]
}

/**
 * Kafka's StandardAuthorizer (KIP-801) over the ACLs of the metadata image: what is denied is denied, what is not
 * allowed is denied too, unless no ACL is about the resource and allow.everyone.if.no.acl.found is set.
 */
export class Authorizer {
  readonly #image: MetadataImage
  readonly #config: NodeConfig
  #byType = new Map<number, ResourceAcls>()
  #revision = -1

  constructor(image: MetadataImage, config: NodeConfig) {
    this.#image = image
    this.#config = config
  }

  /** Without `authorizer.class.name` there is no authorizer: everyone may do everything. */
  get isOn(): boolean {
    return (this.#config.value("authorizer.class.name") ?? "") !== ""
  }

  /** What one client may do; ACLs and super users are looked up anew at each question. */
  accessOf(principal: string, host: string): RequestAccess {
    if (!this.isOn) return RequestAccess.everything
    return new RequestAccess((operation, type, name) => this.may(principal, host, operation, type, name))
  }

  may(principal: string, host: string, operation: AclOperation, type: ResourceName, name: string): boolean {
    if (!this.isOn || this.#isSuperUser(principal)) return true
    const about = this.#aclsAbout(ResourceType[type], name)
    if (about.length === 0) return this.#config.boolean("allow.everyone.if.no.acl.found")
    const own = about.filter((acl) => isFor(acl, principal, host))
    if (own.some((acl) => acl.permissionType === PermissionType.deny && denies(acl, operation))) return false
    return own.some((acl) => acl.permissionType === PermissionType.allow && allows(acl, operation))
  }

  /** Kafka: super.users=User:alice;User:CN=admin,O=Example */
  #isSuperUser(principal: string): boolean {
    const names = this.#config.value("super.users") ?? ""
    return names.split(";").some((name) => name.trim() === principal)
  }

  #aclsAbout(type: number, name: string): readonly AclImage[] {
    if (this.#revision !== this.#image.aclRevision) this.#index()
    const acls = this.#byType.get(type)
    if (!acls) return []
    const prefixed = acls.prefixed.filter(({ resourceName }) => name.startsWith(resourceName))
    return [...(acls.literal.get(name) ?? []), ...(acls.literal.get(WILDCARD) ?? []), ...prefixed]
  }

  #index(): void {
    this.#byType = new Map()
    for (const acl of this.#image.acls.values()) {
      const { resourceType, resourceName, patternType } = acl
      const acls = this.#byType.get(resourceType) ?? newIndex()
      this.#byType.set(resourceType, acls)
      if (patternType === PatternType.prefixed) acls.prefixed.push(acl)
      else acls.literal.set(resourceName, [...(acls.literal.get(resourceName) ?? []), acl])
    }
    this.#revision = this.#image.aclRevision
  }
}

function newIndex(): ResourceAcls {
  return { literal: new Map(), prefixed: [] }
}

function isFor(acl: AclImage, principal: string, host: string): boolean {
  const isPrincipal = acl.principal === principal || acl.principal === WILDCARD_PRINCIPAL
  return isPrincipal && (acl.host === WILDCARD || acl.host === host)
}

function denies({ operation }: AclImage, wanted: AclOperation): boolean {
  return operation === AclOperation.All || operation === wanted
}

function allows(acl: AclImage, wanted: AclOperation): boolean {
  return denies(acl, wanted) || (IMPLIED_BY.get(wanted) ?? []).some((operation) => operation === acl.operation)
}
