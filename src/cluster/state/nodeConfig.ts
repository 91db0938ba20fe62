import { brokerConfigs, millisecondsPerUnit, topicConfigs } from "./configDefinitions"
import { ConfigResourceType, type MetadataImage } from "./metadata/metadataImage"

/**
 * The configs as one node sees them, in Kafka's order: what was set on the resource, then on the broker while it ran,
 * then for all brokers, then at the start, then Kafka's default.
 */
export class NodeConfig {
  readonly #nodeId: number
  readonly #static: ReadonlyMap<string, string>
  readonly #image: MetadataImage

  constructor(nodeId: number, configured: ReadonlyMap<string, string>, image: MetadataImage) {
    this.#nodeId = nodeId
    this.#static = configured
    this.#image = image
  }

  /** What was given at the start, by broker config name. */
  get configured(): ReadonlyMap<string, string> {
    return this.#static
  }

  /** A broker config's value; undefined when nothing sets it and Kafka has no default. */
  value(name: string): string | undefined {
    return this.#explicit(name) ?? brokerConfigs.get(name)?.default
  }

  /** A broker config of a number type. 0 when there is no value. */
  number(name: string): number {
    return Number(this.value(name) ?? 0)
  }

  boolean(name: string): boolean {
    return this.value(name)?.toLowerCase() === "true"
  }

  list(name: string): readonly string[] {
    return (this.value(name) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "")
  }

  /** A topic config's effective value: its own, else its broker synonyms', else Kafka's default. */
  topicValue(topic: string, name: string): string | undefined {
    return this.#image.configsOf(ConfigResourceType.topic, topic).get(name) ?? this.topicDefault(name)
  }

  topicNumber(topic: string, name: string): number {
    return Number(this.topicValue(topic, name) ?? 0)
  }

  topicBoolean(topic: string, name: string): boolean {
    return this.topicValue(topic, name)?.toLowerCase() === "true"
  }

  /** What a topic has that sets nothing itself. */
  topicDefault(name: string): string | undefined {
    const definition = topicConfigs.get(name)
    // What logs obey and no topic can set: producer.id.expiration.ms.
    if (!definition) return this.value(name)
    for (const synonym of definition.synonyms ?? []) {
      const value = this.#explicit(synonym)
      if (value !== undefined) return inMilliseconds(synonym, value)
    }
    return definition.default
  }

  #explicit(name: string): string | undefined {
    return (
      this.#image.configsOf(ConfigResourceType.broker, String(this.#nodeId)).get(name) ??
      this.#image.configsOf(ConfigResourceType.broker, "").get(name) ??
      this.#static.get(name)
    )
  }
}

function inMilliseconds(synonym: string, value: string): string {
  const unit = millisecondsPerUnit(synonym)
  return unit === 1 || Number(value) < 0 ? value : String(Number(value) * unit)
}
