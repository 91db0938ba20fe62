import type { Kafka, Producer } from "kafkajs"
import { type OutgoingRecord, type RecordPlace, toMessage } from "./records"

export interface ProducerOptions {
  /** 0: do not wait; 1: the leader has it; "all" (default): every member of the ISR has it. */
  readonly acks?: 0 | 1 | "all"
}

export interface ProducerClient {
  /** Sends records and resolves with the place of each. */
  send(topic: string, records: OutgoingRecord | readonly OutgoingRecord[]): Promise<RecordPlace[]>
  close(): Promise<void>
  readonly kafkajs: Producer
}

export async function openProducer(kafka: Kafka, { acks = "all" }: ProducerOptions): Promise<ProducerClient> {
  const producer = kafka.producer()
  await producer.connect()
  return {
    send: async (topic, records) => {
      const messages = [records].flat().map((record) => toMessage(record as OutgoingRecord))
      const answers = await producer.send({ topic, messages, acks: acks === "all" ? -1 : acks })
      return answers.map(({ partition, baseOffset }) => ({ topic, partition, offset: Number(baseOffset ?? -1) }))
    },
    close: () => producer.disconnect(),
    kafkajs: producer,
  }
}
