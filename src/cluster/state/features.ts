/** The features of Apache Kafka 4.1 that this cluster knows, with their levels (org.apache.kafka.server.common.Feature). */
export const SUPPORTED_FEATURES = [
  { name: "metadata.version", minVersion: 7, maxVersion: 27 },
  { name: "kraft.version", minVersion: 0, maxVersion: 1 },
  { name: "transaction.version", minVersion: 0, maxVersion: 2 },
  { name: "group.version", minVersion: 0, maxVersion: 1 },
  { name: "eligible.leader.replicas.version", minVersion: 0, maxVersion: 1 },
] as const
