import { Kafka, type KafkaConfig, logLevel } from "kafkajs"
import { atCallSite } from "./callSite"
import { createClientLog } from "./clientLog"
import { consumerCloser } from "./closeConsumer"
import { guardAdmin, guardConsumer, guardProducer } from "./guard"
import type { KitContext, KitHost, OwnedResource } from "./host"
import { patientAdmin } from "./patientAdmin"

/**
 * kafkajs's `Kafka` for code whose clients belong to somebody: what it creates is closed with its owner, its errors
 * carry the line that called, and a cluster that others use is guarded.
 */
export function ownKafkajs(host: Pick<KitHost, "cluster" | "current">): { Kafka: new (config: KafkaConfig) => Kafka } {
  // kafkajs's warning about its default partitioner is for those who come from version 1, not for learners.
  process.env.KAFKAJS_NO_PARTITIONER_WARNING ??= "1"
  const writeLine = createClientLog()
  class OwnedKafka extends Kafka {
    readonly #config: KafkaConfig

    constructor(config: KafkaConfig) {
      super({ logLevel: logLevel.WARN, logCreator: () => writeLine, ...config })
      this.#config = config
    }

    override producer(...parameters: Parameters<Kafka["producer"]>) {
      return own(host.current(), guardProducer(super.producer(...parameters), host.cluster))
    }

    override consumer(config: Parameters<Kafka["consumer"]>[0]) {
      // kafkajs asks for a group's id itself, with its own error.
      const consumer = super.consumer(config)
      if (config === undefined) return consumer
      const close = consumerCloser(consumer, config.groupId, this.#config)
      return own(host.current(), guardConsumer(consumer, config, host.cluster), close)
    }

    override admin(...parameters: Parameters<Kafka["admin"]>) {
      return own(host.current(), guardAdmin(patientAdmin(super.admin(...parameters)), host.cluster))
    }
  }
  return { Kafka: OwnedKafka as new (config: KafkaConfig) => Kafka }
}

function own<C extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
  owner: KitContext,
  client: C,
  close: OwnedResource["close"] = () => client.disconnect(),
): C {
  const owned = atCallSite(client)
  owner.own({ close })
  return owned
}
