/**
 * Metadata: brokers, topics, leaders; creates a topic that is asked for by name, where the configs allow it.
 * Kafka: KafkaApis.handleTopicMetadataRequest, KRaftMetadataCache. Not implemented: nothing.
 */
import { metadata as api } from "../../protocol/api/03_metadata"
import { createTopics } from "../../protocol/api/19_createTopics"
import { ErrorCode } from "../../protocol/errorCodes"
import { type ElementOf, type RequestOf, type ResponseInput, zeroUuid } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { randomInteger } from "../random"
import { AclOperation, CLUSTER_RESOURCE } from "../state/access"
import type { PartitionImage, TopicImage } from "../state/metadata/imageEntries"
import { INTERNAL_TOPICS, refuseTopicName } from "../state/topicName"
import { authorizedClusterOperations, authorizedOperations } from "./authorizedOperations"
import { createMissingTopic } from "./autoCreateTopic"
import { clientOf } from "./forwardToController"

type Request = RequestOf<typeof api>
type TopicAnswer = ElementOf<ResponseInput<typeof api>["topics"]>
type PartitionAnswer = ElementOf<TopicAnswer["partitions"]>

export const onMetadata = handler(api, (request, services) => {
  const { acl, clusterId, connection, metadata, random, version } = services
  const live = metadata.liveBrokers().flatMap(({ id, rack, endpoints }) => {
    const endpoint = endpoints.find(({ name }) => name === connection.listener)
    return endpoint ? [{ nodeId: id, host: endpoint.host, port: endpoint.port, rack }] : []
  })
  const operations =
    version >= 8 && version <= 10 && request.includeClusterAuthorizedOperations
      ? {
          clusterAuthorizedOperations: acl.mayDescribe("cluster", CLUSTER_RESOURCE)
            ? authorizedClusterOperations(acl)
            : 0,
        }
      : {}
  return {
    brokers: live,
    clusterId,
    // In KRaft the controller takes no client requests: any live broker forwards (KIP-590).
    controllerId: live[randomInteger(random, live.length)]?.nodeId ?? -1,
    topics: answerTopics(request, services),
    ...operations,
  }
})

function answerTopics(request: Request, services: Services): TopicAnswer[] {
  const { acl, metadata, version } = services
  // v0 has no null: there an empty list asks for everything.
  if (request.topics === null || (version === 0 && request.topics.length === 0)) {
    return [...metadata.topics.values()]
      .filter(({ name }) => acl.mayDescribe("topic", name))
      .map((topic) => describeTopic(topic, request, services))
  }
  // The Java client asks by id with an empty name beside it, not with none.
  const nameOf = ({ name, topicId }: { name: string | null; topicId: string }) => (topicId === zeroUuid ? name : null)
  const distinct = new Map(request.topics.map((topic) => [nameOf(topic) ?? topic.topicId, topic]))
  return [...distinct.values()].map((asked) => {
    const { topicId } = asked
    const name = nameOf(asked)
    if (name !== null) return answerNamedTopic(name, request, services)
    const topic = metadata.topicById(topicId)
    // Whoever may not see a topic does not learn from its id that it exists.
    if (!topic || !acl.mayDescribe("topic", topic.name))
      return { errorCode: ErrorCode.UnknownTopicId, name: null, topicId }
    return describeTopic(topic, request, services)
  })
}

function answerNamedTopic(name: string, request: Request, services: Services): TopicAnswer {
  const { acl, config, metadata } = services
  const isInternal = INTERNAL_TOPICS.has(name)
  if (!acl.mayDescribe("topic", name)) return { errorCode: ErrorCode.TopicAuthorizationFailed, name, isInternal }
  const topic = metadata.topic(name)
  if (topic) return describeTopic(topic, request, services)
  if (refuseTopicName(name)) return { errorCode: ErrorCode.InvalidTopicException, name }
  if (!request.allowAutoTopicCreation || !config.boolean("auto.create.topics.enable")) {
    return { errorCode: ErrorCode.UnknownTopicOrPartition, name, isInternal }
  }
  const mayCreate = acl.may(AclOperation.Create, "cluster", CLUSTER_RESOURCE) || acl.mayCreate("topic", name)
  if (!mayCreate) return { errorCode: ErrorCode.TopicAuthorizationFailed, name, isInternal }
  // Kafka creates it behind the answer, and the client asks again.
  const client = clientOf(services.connection, createTopics.versions[1])
  return { errorCode: createMissingTopic(name, services, client), name, isInternal }
}

function describeTopic(topic: TopicImage, request: Request, services: Services): TopicAnswer {
  const { acl, version } = services
  const operations =
    version >= 8 && request.includeTopicAuthorizedOperations
      ? { topicAuthorizedOperations: authorizedOperations(acl, "topic", topic.name) }
      : {}
  return {
    errorCode: ErrorCode.None,
    name: topic.name,
    topicId: topic.id,
    isInternal: INTERNAL_TOPICS.has(topic.name),
    partitions: topic.partitions.map((partition) => describePartition(partition, services)),
    ...operations,
  }
}

function describePartition(partition: PartitionImage, services: Services): PartitionAnswer {
  const { metadata, version } = services
  const { index, replicas, isr, leader, leaderEpoch } = partition
  const isLive = (id: number) => metadata.isLive(id)
  return {
    errorCode: partitionError(partition, services),
    partitionIndex: index,
    leaderId: leader,
    leaderEpoch,
    // v0 leaves out replicas on brokers that are down.
    replicaNodes: version === 0 ? replicas.filter(isLive) : replicas,
    isrNodes: version === 0 ? isr.filter(isLive) : isr,
    offlineReplicas: replicas.filter((id) => !isLive(id)),
  }
}

function partitionError({ leader, replicas, isr }: PartitionImage, services: Services): ErrorCode {
  const { connection, metadata, version } = services
  const broker = metadata.isLive(leader) ? metadata.broker(leader) : undefined
  if (!broker) return ErrorCode.LeaderNotAvailable
  if (!broker.endpoints.some(({ name }) => name === connection.listener)) {
    return version >= 6 ? ErrorCode.ListenerNotFound : ErrorCode.LeaderNotAvailable
  }
  if (version > 0) return ErrorCode.None
  return [...replicas, ...isr].every((id) => metadata.isLive(id)) ? ErrorCode.None : ErrorCode.ReplicaNotAvailable
}
