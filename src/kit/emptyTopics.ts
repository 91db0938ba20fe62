import type { Kit } from "./kit"

/** ConfigResource.Type.TOPIC (org.apache.kafka.common.config) */
const TOPIC_RESOURCE = 2
/** ConfigSource.DYNAMIC_TOPIC_CONFIG: set for this topic, not inherited (DescribeConfigs, KIP-226) */
const TOPIC_CONFIG = 1

/** Makes those of a lesson's topics anew that exist: without a record, with the partitions, replicas and configs they had. */
export async function emptyTopics({ createAdmin, topic }: Kit, plainNames: readonly string[]): Promise<void> {
  const admin = await createAdmin()
  try {
    for (const name of plainNames.map(topic)) {
      if (!(await admin.topicExists(name))) continue
      const partitions = await admin.describeTopic(name)
      const resource = { type: TOPIC_RESOURCE, name }
      const { resources } = await admin.kafkajs.describeConfigs({ includeSynonyms: false, resources: [resource] })
      const changed = resources.flatMap(({ configEntries }) => configEntries.filter(isOwnConfig))
      await admin.recreateTopic(name, {
        partitions: partitions.length,
        replicationFactor: partitions[0]?.replicas.length ?? 1,
        configs: Object.fromEntries(changed.map(({ configName, configValue }) => [configName, configValue])),
      })
    }
  } finally {
    await admin.close()
  }
}

/** Newer answers name the source of a value; kafkajs leaves it in the entry. */
function isOwnConfig(entry: { readonly isDefault: boolean; readonly configSource?: number }): boolean {
  return entry.configSource === undefined ? !entry.isDefault : entry.configSource === TOPIC_CONFIG
}
