import type { alterPartitionReassignments } from "../../../protocol/api/45_alterPartitionReassignments"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../../protocol/schema"
import type { PartitionImage } from "../metadata/imageEntries"
import type { MetadataRecord } from "../metadata/metadataRecord"
import { changePartition } from "./changePartition"
import type { ControllerState, Decision } from "./controllerState"
import { complaintAboutReplicas } from "./createTopics"

interface Refusal {
  readonly errorCode: ErrorCode
  readonly errorMessage: string
}

/**
 * Moves partitions to other brokers: the new replicas are added, and the old ones go once the new are in sync (KIP-455;
 * Kafka: ReplicationControlManager.alterPartitionReassignments). Without replicas: takes a running move back.
 */
export function decideReassignments(
  state: ControllerState,
  request: RequestOf<typeof alterPartitionReassignments>,
): Decision<ResponseInput<typeof alterPartitionReassignments>> {
  const records: MetadataRecord[] = []
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, replicas }) => {
      const partition = state.image.partition(name, partitionIndex)
      if (!partition) {
        const errorMessage = `Unable to find a partition of ${name} with index ${partitionIndex}.`
        return { partitionIndex, errorCode: ErrorCode.UnknownTopicOrPartition, errorMessage }
      }
      const isSameSize =
        request.allowReplicationFactorChange ||
        replicas === null ||
        replicas.length === steadyReplicas(partition).length
      const decided = !isSameSize
        ? refuse(ErrorCode.InvalidReplicationFactor, "The replication factor is changed, and that is not allowed here.")
        : replicas === null
          ? cancel(state, partition)
          : begin(state, partition, replicas)
      if (decided && "errorCode" in decided) return { partitionIndex, ...decided }
      if (decided) records.push(decided)
      return { partitionIndex }
    }),
  }))
  return { records, response: { responses } }
}

/** The replicas before a running move began. */
function steadyReplicas({ replicas, addingReplicas }: PartitionImage): readonly number[] {
  return replicas.filter((id) => !addingReplicas.includes(id))
}

function begin(
  state: ControllerState,
  partition: PartitionImage,
  wanted: readonly number[],
): MetadataRecord | Refusal | undefined {
  const complaint = complaintAboutReplicas(state.image, wanted, undefined)
  if (complaint) return refuse(ErrorCode.InvalidReplicaAssignment, complaint)
  const before = steadyReplicas(partition)
  const addingReplicas = wanted.filter((id) => !before.includes(id))
  const removingReplicas = before.filter((id) => !wanted.includes(id))
  // The wanted replicas first, so that the preferred leader is right from the start.
  const replicas = [...wanted, ...removingReplicas]
  const isr = partition.isr.filter((id) => replicas.includes(id))
  return changePartition(state, partition, { replicas, addingReplicas, removingReplicas, isr })
}

function cancel(state: ControllerState, partition: PartitionImage): MetadataRecord | Refusal | undefined {
  if (partition.addingReplicas.length + partition.removingReplicas.length === 0) {
    return refuse(ErrorCode.NoReassignmentInProgress, "No partition reassignment is in progress.")
  }
  const replicas = steadyReplicas(partition)
  const isr = partition.isr.filter((id) => replicas.includes(id))
  if (isr.length === 0) {
    return refuse(ErrorCode.InvalidReplicaAssignment, "Every replica that is in sync was added by the reassignment.")
  }
  return changePartition(state, partition, { replicas, addingReplicas: [], removingReplicas: [], isr })
}

function refuse(errorCode: ErrorCode, errorMessage: string): Refusal {
  return { errorCode, errorMessage }
}
