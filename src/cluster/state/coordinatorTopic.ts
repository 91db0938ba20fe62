import { ErrorCode } from "../../protocol/errorCodes"
import type { ResourceName } from "./access"
import type { NodeConfig } from "./nodeConfig"

/** An internal topic whose partition leaders are the coordinators of what is kept in it. */
export interface CoordinatorTopic {
  readonly name: string
  readonly resource: ResourceName
  readonly authorizationError: ErrorCode
  readonly partitionsConfig: string
  readonly replicationFactorConfig: string
  /** Kafka: GroupCoordinatorService.groupMetadataTopicConfigs, TransactionStateManager.transactionTopicConfigs. */
  configs(config: NodeConfig): { readonly name: string; readonly value: string | null }[]
}

/** By FindCoordinator's key type. */
export const coordinatorTopics: ReadonlyMap<number, CoordinatorTopic> = new Map<number, CoordinatorTopic>([
  [
    0,
    {
      name: "__consumer_offsets",
      resource: "group",
      authorizationError: ErrorCode.GroupAuthorizationFailed,
      partitionsConfig: "offsets.topic.num.partitions",
      replicationFactorConfig: "offsets.topic.replication.factor",
      configs: (config) => [
        { name: "cleanup.policy", value: "compact" },
        { name: "compression.type", value: "producer" },
        { name: "segment.bytes", value: config.value("offsets.topic.segment.bytes") ?? null },
      ],
    },
  ],
  [
    1,
    {
      name: "__transaction_state",
      resource: "transactionalId",
      authorizationError: ErrorCode.TransactionalIdAuthorizationFailed,
      partitionsConfig: "transaction.state.log.num.partitions",
      replicationFactorConfig: "transaction.state.log.replication.factor",
      configs: (config) => [
        { name: "cleanup.policy", value: "compact" },
        { name: "compression.type", value: "uncompressed" },
        { name: "min.insync.replicas", value: config.value("transaction.state.log.min.isr") ?? null },
        { name: "segment.bytes", value: config.value("transaction.state.log.segment.bytes") ?? null },
        { name: "unclean.leader.election.enable", value: "false" },
      ],
    },
  ],
])

/** Kafka: `Utils.abs(groupId.hashCode) % partitions`, with Java's hash of UTF-16 units. */
export function coordinatorPartition(id: string, partitionCount: number): number {
  let hash = 0
  for (let index = 0; index < id.length; index++) hash = (Math.imul(hash, 31) + id.charCodeAt(index)) | 0
  return (hash === -(2 ** 31) ? 0 : Math.abs(hash)) % partitionCount
}
