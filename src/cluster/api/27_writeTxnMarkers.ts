/**
 * WriteTxnMarkers: a transaction coordinator tells leaders how a transaction ended; each writes a control batch.
 * Kafka: KafkaApis.handleWriteTxnMarkersRequest.
 */
import { writeTxnMarkers } from "../../protocol/api/27_writeTxnMarkers"
import { ErrorCode } from "../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../protocol/schema"
import { handler, type Services } from "../handler"
import { CLUSTER_RESOURCE } from "../state/access"
import { OFFSETS_TOPIC } from "../state/group/groupCoordinator"
import { markerBatch } from "../state/transaction/markerBatch"

type Marker = ElementOf<RequestOf<typeof writeTxnMarkers>["markers"]>

/** The coordinator asks again as long as it needs to. */
const APPEND_TIMEOUT_MS = 30_000

export const onWriteTxnMarkers = handler(
  writeTxnMarkers,
  async (request, services): Promise<ResponseInput<typeof writeTxnMarkers>> => ({
    markers: await Promise.all(
      request.markers.map(async (marker) => ({
        producerId: marker.producerId,
        topics: await Promise.all(
          marker.topics.map(async ({ name, partitionIndexes }) => ({
            name,
            partitions: await Promise.all(
              partitionIndexes.map(async (partitionIndex) => ({
                partitionIndex,
                errorCode: await writeMarker(marker, name, partitionIndex, services),
              })),
            ),
          })),
        ),
      })),
    ),
  }),
)

async function writeMarker(
  marker: Marker,
  topic: string,
  index: number,
  { acl, clock, groups, replicas }: Services,
): Promise<ErrorCode> {
  // Brokers, and administrators who end a hanging transaction (kafka-transactions abort).
  const mayWrite = acl.mayAlter("cluster", CLUSTER_RESOURCE) || acl.mayActAsBroker()
  if (!mayWrite) return ErrorCode.ClusterAuthorizationFailed
  const partition = replicas.leader(topic, index)
  if (typeof partition === "number") return partition
  const batch = markerBatch({ ...marker, committed: marker.transactionResult }, clock.now())
  const { errorCode } = await partition.appendAsLeader(batch, {
    acks: -1,
    timeoutMs: APPEND_TIMEOUT_MS,
    origin: "coordinator",
  })
  if (errorCode === ErrorCode.None && topic === OFFSETS_TOPIC) {
    groups.shardAt(index)?.completeTransaction(marker.producerId, marker.transactionResult)
  }
  return errorCode as ErrorCode
}
