/** Kafka's AclOperation, as codes on the wire. */
export const AclOperation = {
  Any: 1,
  All: 2,
  Read: 3,
  Write: 4,
  Create: 5,
  Delete: 6,
  Alter: 7,
  Describe: 8,
  ClusterAction: 9,
  DescribeConfigs: 10,
  AlterConfigs: 11,
  IdempotentWrite: 12,
} as const
export type AclOperation = (typeof AclOperation)[keyof typeof AclOperation]

/** Kafka's ResourceType, as codes on the wire. */
export const ResourceType = {
  any: 1,
  topic: 2,
  group: 3,
  cluster: 4,
  transactionalId: 5,
  delegationToken: 6,
  user: 7,
} as const
export type ResourceName = Exclude<keyof typeof ResourceType, "any">

/** The one name of the resource "cluster". */
export const CLUSTER_RESOURCE = "kafka-cluster"

export type Authorize = (operation: AclOperation, type: ResourceName, name: string) => boolean

/** What the principal of one request may do. */
export class RequestAccess {
  constructor(
    private readonly authorize: Authorize,
    /** False where no authorizer is set: there is nothing to create ACLs for. */
    readonly isEnforced = true,
  ) {}

  /** Without an authorizer everyone may do everything, as in Kafka. */
  static readonly everything = new RequestAccess(() => true, false)

  may(operation: AclOperation, type: ResourceName, name: string): boolean {
    return this.authorize(operation, type, name)
  }

  mayRead(type: ResourceName, name: string): boolean {
    return this.may(AclOperation.Read, type, name)
  }

  mayWrite(type: ResourceName, name: string): boolean {
    return this.may(AclOperation.Write, type, name)
  }

  mayCreate(type: ResourceName, name: string): boolean {
    return this.may(AclOperation.Create, type, name)
  }

  mayDelete(type: ResourceName, name: string): boolean {
    return this.may(AclOperation.Delete, type, name)
  }

  mayAlter(type: ResourceName, name: string): boolean {
    return this.may(AclOperation.Alter, type, name)
  }

  mayDescribe(type: ResourceName, name: string): boolean {
    return this.may(AclOperation.Describe, type, name)
  }

  mayDescribeConfigs(type: ResourceName, name: string): boolean {
    return this.may(AclOperation.DescribeConfigs, type, name)
  }

  mayAlterConfigs(type: ResourceName, name: string): boolean {
    return this.may(AclOperation.AlterConfigs, type, name)
  }

  /** Inter-broker requests (ClusterAction on the cluster). */
  mayActAsBroker(): boolean {
    return this.may(AclOperation.ClusterAction, "cluster", CLUSTER_RESOURCE)
  }
}
