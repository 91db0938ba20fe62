/**
 * ListPartitionReassignments: the moves that are not finished (KIP-455).
 * Kafka: ReplicationControlManager.listPartitionReassignments. Not implemented: nothing.
 */
import { listPartitionReassignments } from "../../protocol/api/46_listPartitionReassignments"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"

export const onListPartitionReassignments = handler(listPartitionReassignments, (request, { acl, metadata }) => {
  if (!acl.mayDescribe("cluster", CLUSTER_RESOURCE)) return { errorCode: ErrorCode.ClusterAuthorizationFailed }
  const topics = [...metadata.topics.values()].flatMap(({ name, partitions }) => {
    const asked = request.topics?.find((topic) => topic.name === name)
    if (request.topics && !asked) return []
    const moving = partitions.filter(
      ({ index, addingReplicas, removingReplicas }) =>
        addingReplicas.length + removingReplicas.length > 0 && (!asked || asked.partitionIndexes.includes(index)),
    )
    const described = moving.map(({ index: partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
      partitionIndex,
      replicas,
      addingReplicas,
      removingReplicas,
    }))
    return described.length > 0 ? [{ name, partitions: described }] : []
  })
  return { topics }
})
