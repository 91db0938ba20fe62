import type { Services } from "../handler"
import { brokerConfigs, type ConfigDefinition, millisecondsPerUnit } from "../state/configDefinitions"
import { ConfigResourceType } from "../state/metadata/metadataImage"

/** Kafka's DescribeConfigsResponse.ConfigSource. */
const ConfigSource = {
  topic: 1,
  dynamicBroker: 2,
  dynamicDefaultBroker: 3,
  staticBroker: 4,
  default: 5,
  group: 8,
} as const

/** A value under the name by which it was set. */
export interface ConfigValue {
  readonly name: string
  readonly value: string | null
  readonly source: number
}

/** All values that a config has on a resource, the effective one first, Kafka's default last. */
export function configValues(
  definition: ConfigDefinition,
  resourceType: number,
  resourceName: string,
  services: Services,
): ConfigValue[] {
  const { name } = definition
  const set = (type: ConfigResourceType, resource: string, key: string, source: number): ConfigValue[] => {
    const value = services.metadata.configsOf(type, resource).get(key)
    return value === undefined ? [] : [{ name: key, value, source }]
  }
  switch (resourceType) {
    case ConfigResourceType.topic: {
      const own = set(ConfigResourceType.topic, resourceName, name, ConfigSource.topic)
      const inherited = (definition.synonyms ?? []).flatMap((synonym) => brokerValues(synonym, services))
      // A topic config without a broker synonym has its default under its own name.
      const last = inherited.some(({ source }) => source === ConfigSource.default) ? [] : defaultValue(definition)
      return [...own, ...inherited, ...last]
    }
    case ConfigResourceType.group:
      return [
        ...set(ConfigResourceType.group, resourceName, name, ConfigSource.group),
        ...brokerValues(`group.${name}`, services),
        ...defaultValue(definition),
      ]
    default:
      if (resourceName === "") return set(ConfigResourceType.broker, "", name, ConfigSource.dynamicDefaultBroker)
      return brokerValues(name, services)
  }
}

function brokerValues(name: string, { brokerId, config, metadata }: Services): ConfigValue[] {
  const values: ConfigValue[] = []
  const add = (value: string | undefined, source: number) => {
    if (value !== undefined) values.push({ name, value, source })
  }
  add(metadata.configsOf(ConfigResourceType.broker, String(brokerId)).get(name), ConfigSource.dynamicBroker)
  add(metadata.configsOf(ConfigResourceType.broker, "").get(name), ConfigSource.dynamicDefaultBroker)
  add(config.configured.get(name), ConfigSource.staticBroker)
  add(brokerConfigs.get(name)?.default, ConfigSource.default)
  return values
}

function defaultValue({ name, default: value }: ConfigDefinition): ConfigValue[] {
  return value === undefined ? [] : [{ name, value, source: ConfigSource.default }]
}

/**
 * What is told of them: whatever comes before the config's own name is dropped, so that a default of `log.retention.hours`
 * is no synonym of `retention.ms` (Kafka: ConfigHelper.configSynonyms).
 */
export function toldSynonyms({ name, synonyms = [] }: ConfigDefinition, values: readonly ConfigValue[]): ConfigValue[] {
  const own = values.filter((value) => value.name === name && value.source === ConfigSource.topic)
  const inherited = values.filter((value) => !own.includes(value))
  const [main = name] = synonyms
  const from = inherited.findIndex((value) => value.name === main)
  return [...own, ...(from < 0 ? [] : inherited.slice(from))]
}

/** The effective value: the nearest one, in the config's own unit. Synonyms keep the units that they were set in. */
export function effectiveValue([nearest]: readonly ConfigValue[]): string | null {
  if (nearest === undefined || nearest.value === null) return null
  const unit = millisecondsPerUnit(nearest.name)
  return unit === 1 || Number(nearest.value) < 0 ? nearest.value : String(Number(nearest.value) * unit)
}
