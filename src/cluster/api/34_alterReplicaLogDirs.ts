/**
 * AlterReplicaLogDirs: moves replicas to another log dir of their broker. A broker has one here: a replica is where it
 * can be, and every other place is unknown.
 * Kafka: ReplicaManager.alterReplicaLogDirs. Not implemented: nothing.
 */
import { resolve } from "node:path"
import { alterReplicaLogDirs } from "../../protocol/api/34_alterReplicaLogDirs"
import { ErrorCode } from "../../protocol/errorCodes"
import { handler, type Services } from "../handler"
import { AclOperation, CLUSTER_RESOURCE } from "../state/access"

export const onAlterReplicaLogDirs = handler(alterReplicaLogDirs, (request, services) => {
  const mayAlter = services.acl.may(AclOperation.Alter, "cluster", CLUSTER_RESOURCE)
  /** By topic and partition: of one that is asked for twice the last place counts. */
  const answers = new Map<string, Map<number, ErrorCode>>()
  for (const { path, topics } of request.dirs) {
    for (const { name, partitions } of topics) {
      const ofTopic = answers.get(name) ?? new Map<number, ErrorCode>()
      answers.set(name, ofTopic)
      for (const index of partitions) {
        ofTopic.set(index, mayAlter ? moveTo(path, name, index, services) : ErrorCode.ClusterAuthorizationFailed)
      }
    }
  }
  const results = [...answers].map(([topicName, partitions]) => ({
    topicName,
    partitions: [...partitions].map(([partitionIndex, errorCode]) => ({ partitionIndex, errorCode })),
  }))
  return { results }
})

function moveTo(path: string, topic: string, index: number, { replicas }: Services): ErrorCode {
  const { logDir } = replicas
  if (path !== resolve(logDir.path)) return ErrorCode.LogDirNotFound
  if (logDir.failure) return ErrorCode.KafkaStorageError
  const partition = replicas.partition(topic, index)
  if (typeof partition !== "number") return ErrorCode.None
  // Kafka keeps to this code for clients that know no other here.
  return partition === ErrorCode.NotLeaderOrFollower ? ErrorCode.ReplicaNotAvailable : partition
}
