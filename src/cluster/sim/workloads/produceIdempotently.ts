import { initProducerId } from "../../../protocol/api/22_initProducerId"
import { ErrorCode } from "../../../protocol/errorCodes"
import { partitionName } from "../partitionName"
import type { SimulatedClient } from "../simulatedClient"
import { isPassing, type ProducerIdentity, type SequencedBatch, sendBatches } from "./sendSequence"
import { LEDGER, LEDGER_PARTITIONS, type Ledgers } from "./workload"

/** max.in.flight.requests.per.connection of an idempotent producer may be five, as many as a broker remembers. */
const IN_FLIGHT = 5
const LONGEST_BATCH = 3
/** A deposed leader that does not know it yet may say so, too: it has not got the latest batches. */
const BELIEVED_OUT_OF_ORDER = 5

/** What waits for its acknowledgement in one partition, and the sequence number that comes next. */
interface Lane {
  readonly partition: number
  next: number
  waiting: SequencedBatch[]
  /** How often in a row the oldest batch was called out of order. */
  outOfOrder: number
}

/** An idempotent producer that sends again, under the same sequence numbers, until it hears what became of a batch. */
export async function produceIdempotently(client: SimulatedClient, ledgers: Ledgers): Promise<void> {
  let producer: ProducerIdentity | undefined
  let lanes: Lane[] = []
  let count = 0
  while (!client.isOver) {
    if (!producer) {
      producer = await begin(client)
      lanes = Array.from({ length: LEDGER_PARTITIONS }, (_, partition) => ({
        partition,
        next: 0,
        waiting: [],
        outOfOrder: 0,
      }))
    }
    const lane = lanes[client.below(lanes.length)]
    if (!producer || !lane) {
      await client.pause(1000)
      continue
    }
    // What is tried again goes alone, so that it stays among the batches that the broker remembers (Kafka: Sender).
    for (let fresh = lane.waiting.length > 0 ? 0 : client.below(IN_FLIGHT) + 1; fresh > 0; fresh--) {
      const values = Array.from({ length: 1 + client.below(LONGEST_BATCH) }, () => `${client.name}:${count++}`)
      enqueue(client, ledgers, producer, lane, values)
    }
    const outcome = await flush(client, ledgers, producer, lane)
    lane.outOfOrder = outcome === "out of order" ? lane.outOfOrder + 1 : 0
    if (outcome === "fatal") producer = undefined
    else if (lane.outOfOrder >= BELIEVED_OUT_OF_ORDER) bumpEpoch(client, producer, lanes)
    await client.pause(outcome === "sent" ? 6000 : 1500)
  }
}

async function begin(client: SimulatedClient): Promise<ProducerIdentity | undefined> {
  const body = { transactionalId: null, transactionTimeoutMs: 60_000 }
  const answer = await client.request(client.anyBroker(), initProducerId, 5, body)
  if (!answer || answer.errorCode !== ErrorCode.None) return undefined
  const { producerId, producerEpoch } = answer
  client.note(`is producer ${producerId}`)
  return { producerId, producerEpoch, transactionalId: null, produceVersion: 12 }
}

function enqueue(
  client: SimulatedClient,
  { records }: Ledgers,
  { producerId }: ProducerIdentity,
  lane: Lane,
  values: readonly string[],
): void {
  const name = partitionName({ topic: LEDGER, index: lane.partition })
  for (const value of values) records.send(`${client.name} ${producerId}`, name, value)
  lane.waiting.push({ values, sequence: lane.next })
  lane.next += values.length
}

async function flush(
  client: SimulatedClient,
  { records }: Ledgers,
  producer: ProducerIdentity,
  lane: Lane,
): Promise<"sent" | "waiting" | "out of order" | "fatal"> {
  const answers = await sendBatches(client, producer, LEDGER, lane.partition, lane.waiting)
  const left: SequencedBatch[] = []
  let outcome: "sent" | "waiting" | "out of order" | "fatal" = "sent"
  for (const [position, batch] of lane.waiting.entries()) {
    const { errorCode, baseOffset } = answers[position] ?? { errorCode: ErrorCode.NetworkException, baseOffset: -1 }
    if (errorCode === ErrorCode.None) {
      const name = partitionName({ topic: LEDGER, index: lane.partition })
      for (const [at, value] of batch.values.entries()) records.acknowledge(name, baseOffset + at, value)
      continue
    }
    // Behind a batch that failed every other is out of order; the first has no such excuse.
    const isFirst = left.length === 0
    left.push(batch)
    if (outcome === "sent" || outcome === "waiting") {
      if (isPassing(errorCode)) outcome = "waiting"
      else if (errorCode === ErrorCode.OutOfOrderSequenceNumber) outcome = isFirst ? "out of order" : "waiting"
      else outcome = "fatal"
    }
  }
  lane.waiting = left
  return outcome
}

/**
 * Kafka: TransactionManager.canRetry, bumpIdempotentProducerEpoch. A broker that does not know the sequence of the oldest
 * batch has lost it, so the producer begins anew in its own next epoch: if the broker erred, every record is there twice.
 * Java's client believes the first that says so; then a deposed leader is enough for a duplicate.
 */
function bumpEpoch(client: SimulatedClient, producer: ProducerIdentity, lanes: readonly Lane[]): void {
  producer.producerEpoch++
  client.note(`bumps its epoch to ${producer.producerEpoch}`)
  for (const lane of lanes) {
    lane.next = 0
    lane.outOfOrder = 0
    for (const batch of lane.waiting) {
      batch.sequence = lane.next
      lane.next += batch.values.length
    }
  }
}
