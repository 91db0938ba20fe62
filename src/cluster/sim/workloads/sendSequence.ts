import { produce } from "../../../protocol/api/00_produce"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import { encodeBatch } from "../../../protocol/recordBatch"
import { REQUEST_TIMEOUT_MS, type SimulatedClient } from "../simulatedClient"

/** The producer as a broker knows it; a transactional one also has its id. */
export interface ProducerIdentity {
  readonly producerId: number
  producerEpoch: number
  readonly transactionalId: string | null
  /** The version decides whether the broker adds partitions to the transaction itself (12) or the client does (11). */
  readonly produceVersion: number
}

export interface SequencedBatch {
  readonly values: readonly string[]
  sequence: number
}

export interface BatchAnswer {
  readonly errorCode: ErrorCode
  readonly baseOffset: number
}

/** Sends batches one behind the other without waiting between them, as max.in.flight.requests allows; answers in order. */
export async function sendBatches(
  client: SimulatedClient,
  producer: ProducerIdentity,
  topic: string,
  index: number,
  batches: readonly SequencedBatch[],
): Promise<BatchAnswer[]> {
  const leader = await client.leaderOf(topic, index)
  const answers = await Promise.all(batches.map((batch) => sendBatch(client, producer, leader, topic, index, batch)))
  if (answers.some(({ errorCode }) => errorCode !== ErrorCode.None)) client.forgetLeaders()
  return answers
}

async function sendBatch(
  client: SimulatedClient,
  { producerId, producerEpoch, transactionalId, produceVersion }: ProducerIdentity,
  leader: number,
  topic: string,
  index: number,
  { values, sequence }: SequencedBatch,
): Promise<BatchAnswer> {
  const timestamp = client.world.clock.now()
  const records = encodeBatch({
    producerId,
    producerEpoch,
    baseSequence: sequence,
    isTransactional: transactionalId !== null,
    records: values.map((value) => ({ value: Buffer.from(value), timestamp })),
  })
  const response = await client.request(leader, produce, produceVersion, {
    transactionalId,
    acks: -1,
    timeoutMs: REQUEST_TIMEOUT_MS / 2,
    topicData: [{ name: topic, partitionData: [{ index, records }] }],
  })
  const answer = response?.responses[0]?.partitionResponses[0]
  const errorCode = (answer?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
  const baseOffset = answer?.baseOffset ?? -1
  const identity = `producer ${producerId} epoch ${producerEpoch} sequence ${sequence}`
  client.note(`${values.join(" ")} to ${topic}-${index}, ${identity}: ${errorName(errorCode)} ${baseOffset}`)
  return { errorCode, baseOffset }
}

const passing: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.NetworkException,
  ErrorCode.NotLeaderOrFollower,
  ErrorCode.LeaderNotAvailable,
  ErrorCode.UnknownTopicOrPartition,
  ErrorCode.RequestTimedOut,
  ErrorCode.NotEnoughReplicas,
  ErrorCode.NotEnoughReplicasAfterAppend,
  ErrorCode.KafkaStorageError,
  ErrorCode.NotCoordinator,
  ErrorCode.CoordinatorNotAvailable,
  ErrorCode.CoordinatorLoadInProgress,
  ErrorCode.ConcurrentTransactions,
])

/** Kafka: RetriableException. The same request may be sent again. */
export function isPassing(errorCode: ErrorCode): boolean {
  return passing.has(errorCode)
}
