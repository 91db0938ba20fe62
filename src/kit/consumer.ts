import type { Kafka, Consumer as KafkajsConsumer } from "kafkajs"
import { fromMessage, type IncomingRecord } from "./records"

export interface ConsumerOptions {
  readonly groupId: string
  readonly fromBeginning?: boolean
}

export interface Consumer {
  subscribe(topics: string | readonly string[], handler: (record: IncomingRecord) => unknown): Promise<void>
  close(): Promise<void>
  readonly kafkajs: KafkajsConsumer
}

export async function openConsumer(
  kafka: Kafka,
  { groupId, fromBeginning = true }: ConsumerOptions,
): Promise<Consumer> {
  const consumer = kafka.consumer({ groupId })
  await consumer.connect()
  return {
    subscribe: async (topics, handler) => {
      await consumer.subscribe({ topics: [topics].flat() as string[], fromBeginning })
      await consumer.run({
        eachMessage: async ({ topic, partition, message }) => {
          await handler(fromMessage(topic, partition, message))
        },
      })
    },
    close: () => consumer.disconnect(),
    kafkajs: consumer,
  }
}
