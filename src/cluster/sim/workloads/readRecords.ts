import { fetch } from "../../../protocol/api/01_fetch"
import { ErrorCode } from "../../../protocol/errorCodes"
import {
  batchesOf,
  decodeRecords,
  endTransactionMarker,
  isControl,
  isTransactional,
  lastOffset,
  producerId,
} from "../../../protocol/recordBatch"
import type { ElementOf, ResponseOf } from "../../../protocol/schema"
import { partitionName } from "../partitionName"
import type { SimulatedClient } from "../simulatedClient"
import { LEDGER, LEDGER_PARTITIONS, type Ledgers, LOOSE, type Workload } from "./workload"

export type Isolation = "read_uncommitted" | "read_committed"

export interface ReadRecord {
  readonly offset: number
  readonly value: string
}

type Answer = ElementOf<ElementOf<ResponseOf<typeof fetch>["responses"]>["partitions"]>

const READ_BYTES = 1 << 20
/** Consumers may read from a follower (KIP-392); this is how often one does. */
const FOLLOWER_ONE_IN = 8
/** How often a reader begins anew: what it saw must still be there. */
const REWIND_ONE_IN = 40

/** A consumer without a group, that reads everything and tells what it saw. */
export function readRecords(isolation: Isolation): Workload {
  return async (client, ledgers) => {
    const places = [
      ...Array.from({ length: LEDGER_PARTITIONS }, (_, index) => ({ topic: LEDGER, index })),
      { topic: LOOSE, index: 0 },
    ]
    const readers = places.map((place) => new PartitionReader(client, place.topic, place.index, isolation))
    while (!client.isOver) {
      const reader = readers[client.below(readers.length)]
      if (reader) tell(reader, (await reader.read()) ?? [], ledgers)
      if (client.chance(REWIND_ONE_IN)) reader?.rewind()
      await client.pause(3000)
    }
  }
}

function tell({ name, isolation }: PartitionReader, found: readonly ReadRecord[], ledgers: Ledgers): void {
  for (const { offset, value } of found) {
    ledgers.records.see(name, offset, value)
    if (isolation === "read_committed") ledgers.transactions.see(name, offset, value)
  }
}

/** Reads one partition in order, as a consumer does: it drops itself what belongs to aborted transactions. */
export class PartitionReader {
  readonly name: string
  #offset = 0

  constructor(
    readonly client: SimulatedClient,
    readonly topic: string,
    readonly index: number,
    readonly isolation: Isolation,
  ) {
    this.name = partitionName({ topic, index })
  }

  /** Of what comes next. */
  get offset(): number {
    return this.#offset
  }

  rewind(): void {
    this.#offset = 0
  }

  /** What came, if anything; undefined where nobody answered rightly. */
  async read(): Promise<ReadRecord[] | undefined> {
    const { client, topic, index, isolation } = this
    const isFollower = !client.isOver && client.chance(FOLLOWER_ONE_IN)
    const broker = isFollower ? client.anyBroker() : await client.leaderOf(topic, index)
    const response = await client.request(broker, fetch, 12, {
      maxWaitMs: 100,
      minBytes: 1,
      maxBytes: READ_BYTES,
      isolationLevel: isolation === "read_committed" ? 1 : 0,
      topics: [{ topic, partitions: [{ partition: index, fetchOffset: this.#offset, partitionMaxBytes: READ_BYTES }] }],
    })
    const answer = response?.responses[0]?.partitions[0]
    if (answer?.errorCode === ErrorCode.None) return this.#take(answer)
    if (!isFollower) client.forgetLeaders()
    if (answer?.errorCode === ErrorCode.OffsetOutOfRange && !isFollower) this.rewind()
    return undefined
  }

  #take({ records, abortedTransactions }: Answer): ReadRecord[] {
    const found: ReadRecord[] = []
    const from = this.#offset
    // Producers whose aborted transaction the position is within (Kafka: CompletedFetch.abortedProducerIds).
    const aborted = new Set<number>()
    const pending = [...(abortedTransactions ?? [])].sort((one, other) => one.firstOffset - other.firstOffset)
    for (const batch of batchesOf(records ?? Buffer.alloc(0))) {
      while (pending[0] && pending[0].firstOffset <= lastOffset(batch)) {
        aborted.add(pending.shift()?.producerId ?? -1)
      }
      if (lastOffset(batch) < this.#offset) continue
      this.#offset = lastOffset(batch) + 1
      if (isControl(batch)) {
        if (endTransactionMarker(batch)?.type === "abort") aborted.delete(producerId(batch))
        continue
      }
      if (this.isolation === "read_committed" && isTransactional(batch) && aborted.has(producerId(batch))) continue
      for (const { offset, value } of decodeRecords(batch)) {
        if (offset >= from) found.push({ offset, value: value?.toString() ?? "" })
      }
    }
    if (found.length > 0) this.client.note(`${this.isolation} ${this.name}: ${found.length} records to ${this.#offset}`)
    return found
  }
}
