import { AclOperation, CLUSTER_RESOURCE, type RequestAccess } from "../state/access"

/** What can be done to a resource at all (Kafka: AclEntry.supportedOperations). */
const OPERATIONS: Readonly<Record<"topic" | "group" | "cluster", readonly AclOperation[]>> = {
  topic: [
    AclOperation.Read,
    AclOperation.Write,
    AclOperation.Create,
    AclOperation.Delete,
    AclOperation.Alter,
    AclOperation.Describe,
    AclOperation.DescribeConfigs,
    AclOperation.AlterConfigs,
  ],
  group: [
    AclOperation.Read,
    AclOperation.Delete,
    AclOperation.Describe,
    AclOperation.DescribeConfigs,
    AclOperation.AlterConfigs,
  ],
  cluster: [
    AclOperation.Create,
    AclOperation.Alter,
    AclOperation.Describe,
    AclOperation.ClusterAction,
    AclOperation.DescribeConfigs,
    AclOperation.AlterConfigs,
    AclOperation.IdempotentWrite,
  ],
}

/** A bit per operation, at its code (KIP-430). */
export function authorizedOperations(acl: RequestAccess, type: keyof typeof OPERATIONS, name: string): number {
  return OPERATIONS[type].reduce(
    (bits, operation) => (acl.may(operation, type, name) ? bits | (1 << operation) : bits),
    0,
  )
}

export function authorizedClusterOperations(acl: RequestAccess): number {
  return authorizedOperations(acl, "cluster", CLUSTER_RESOURCE)
}
