/** Carries transaction markers to the leaders of partitions. Kafka: TransactionMarkerRequestCompletionHandler. */
import { writeTxnMarkers } from "../../../protocol/api/27_writeTxnMarkers"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { Links } from "../../links"
import type { MetadataImage } from "../metadata/metadataImage"
import type { TransactionPartitions } from "./transaction"
import type { MarkerWriter, TransactionMarker } from "./transactionState"

/** Answers after which a partition needs no marker any more: it has one, or a newer producer or coordinator went before. */
const settled: ReadonlySet<number> = new Set([
  ErrorCode.None,
  ErrorCode.InvalidProducerEpoch,
  ErrorCode.ProducerFenced,
  ErrorCode.TransactionCoordinatorFenced,
])

export type NewMarkerSender = (brokerId: number, links: Links, metadata: MetadataImage) => MarkerWriter

export class MarkerSender implements MarkerWriter {
  constructor(
    private readonly brokerId: number,
    private readonly links: Links,
    private readonly metadata: MetadataImage,
  ) {}

  async write(marker: TransactionMarker, partitions: TransactionPartitions): Promise<TransactionPartitions> {
    const { byLeader, leaderless } = this.group(partitions)
    const left = await Promise.all(
      [...byLeader].map(([leader, own]) => this.send(leader, marker, new Map([...own].map(([t, p]) => [t, [...p]])))),
    )
    return merge([leaderless, ...left])
  }

  /** Partitions of deleted topics are left out: nobody can read what stands open there. */
  private group(partitions: TransactionPartitions) {
    const byLeader = new Map<number, Map<string, number[]>>()
    const leaderless = new Map<string, number[]>()
    for (const [topic, indexes] of partitions) {
      for (const index of indexes) {
        const leader = this.metadata.partition(topic, index)?.leader
        if (leader === undefined) continue
        const own = leader === -1 ? leaderless : (byLeader.get(leader) ?? new Map<string, number[]>())
        if (leader !== -1) byLeader.set(leader, own)
        own.set(topic, [...(own.get(topic) ?? []), index])
      }
    }
    return { byLeader, leaderless }
  }

  private async send(leader: number, marker: TransactionMarker, partitions: TransactionPartitions) {
    const topics = [...partitions].map(([name, partitionIndexes]) => ({ name, partitionIndexes }))
    const { committed: transactionResult, ...producer } = marker
    const response = await this.links.send(this.brokerId, leader, writeTxnMarkers, 1, {
      markers: [{ ...producer, transactionResult, topics }],
    })
    const left = new Map<string, number[]>()
    const answered = new Map(
      response?.markers[0]?.topics.map(({ name, partitions: own }) => [
        name,
        new Map(own.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode])),
      ]),
    )
    for (const [topic, indexes] of partitions) {
      const unsettled = indexes.filter((index) => !settled.has(answered.get(topic)?.get(index) ?? -1))
      if (unsettled.length > 0) left.set(topic, unsettled)
    }
    return left
  }
}

function merge(all: readonly ReadonlyMap<string, readonly number[]>[]): TransactionPartitions {
  const merged = new Map<string, readonly number[]>()
  for (const each of all) {
    for (const [topic, indexes] of each) merged.set(topic, [...(merged.get(topic) ?? []), ...indexes])
  }
  return merged
}
