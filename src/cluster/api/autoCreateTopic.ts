import { createTopics } from "../../protocol/api/19_createTopics"
import { ErrorCode } from "../../protocol/errorCodes"
import type { Services } from "../handler"
import type { ForwardedFor } from "../links"
import { coordinatorTopics } from "../state/coordinatorTopic"

const CREATE_LIMIT_MS = 30_000

/**
 * Asks the controller for a topic that a client or a coordinator found missing, and does not wait for it
 * (Kafka: DefaultAutoTopicCreationManager).
 * @param client whom the partitions are counted for; absent: for nobody
 * @returns what the client is told: UNKNOWN_TOPIC_OR_PARTITION makes it ask again until the topic is there
 */
export function createMissingTopic(name: string, services: Services, client?: ForwardedFor): ErrorCode {
  const { config, controller, metadata } = services
  const topic = settingsOf(name, config)
  if (topic.replicationFactor > metadata.liveBrokers().length) return ErrorCode.InvalidReplicationFactor
  void controller.request(createTopics, { topics: [topic], timeoutMs: CREATE_LIMIT_MS }, CREATE_LIMIT_MS, client)
  return ErrorCode.UnknownTopicOrPartition
}

function settingsOf(name: string, config: Services["config"]) {
  const internal = [...coordinatorTopics.values()].find((topic) => topic.name === name)
  return {
    name,
    numPartitions: config.number(internal?.partitionsConfig ?? "num.partitions"),
    replicationFactor: config.number(internal?.replicationFactorConfig ?? "default.replication.factor"),
    configs: internal?.configs(config) ?? [],
  }
}
