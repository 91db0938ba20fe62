/** So many batches per producer are remembered, as a client may have that many in flight (max.in.flight.requests ≤ 5). */
export const REMEMBERED_BATCHES = 5

export const NO_SEQUENCE = -1
export const NO_EPOCH = -1
export const NO_OFFSET = -1

const LARGEST_SEQUENCE = 0x7fffffff

export interface RememberedBatch {
  readonly firstSequence: number
  readonly lastSequence: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly timestamp: number
}

/** What a log knows of one producer (Kafka: `ProducerStateEntry`). */
export interface ProducerEntry {
  readonly producerId: number
  /** -1: only the id is known. */
  readonly producerEpoch: number
  /** Oldest first, at most `REMEMBERED_BATCHES`. */
  readonly batches: readonly RememberedBatch[]
  readonly coordinatorEpoch: number
  readonly lastTimestamp: number
  /** -1: no open transaction. */
  readonly transactionFirstOffset: number
}

export function emptyEntry(producerId: number): ProducerEntry {
  return {
    producerId,
    producerEpoch: NO_EPOCH,
    batches: [],
    coordinatorEpoch: -1,
    lastTimestamp: -1,
    transactionFirstOffset: NO_OFFSET,
  }
}

export function lastSequence(entry: ProducerEntry): number {
  return entry.batches.at(-1)?.lastSequence ?? NO_SEQUENCE
}

/** Sequences wrap from 2^31-1 to 0. */
export function addToSequence(sequence: number, increment: number): number {
  const sum = sequence + increment
  return sum > LARGEST_SEQUENCE ? sum - LARGEST_SEQUENCE - 1 : sum
}

export function subtractFromSequence(sequence: number, decrement: number): number {
  const difference = sequence - decrement
  return difference < 0 ? difference + LARGEST_SEQUENCE + 1 : difference
}

export function follows(previous: number, next: number): boolean {
  return next === addToSequence(previous, 1)
}
