import type { alterPartition } from "../../../protocol/api/56_alterPartition"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { ElementOf, RequestOf, ResponseInput } from "../../../protocol/schema"
import type { PartitionImage } from "../metadata/imageEntries"
import type { MetadataRecord } from "../metadata/metadataRecord"
import { uncleanIfAllowed } from "./brokerChanges"
import { changePartition } from "./changePartition"
import { type ControllerState, type Decision, isActive } from "./controllerState"

type Request = RequestOf<typeof alterPartition>
type Topic = ElementOf<Request["topics"]>
type Asked = ElementOf<Topic["partitions"]>
type Answer = ElementOf<ElementOf<ResponseInput<typeof alterPartition>["topics"]>["partitions"]>

/** A leader wants another ISR (KIP-497; Kafka: ReplicationControlManager.alterPartition). */
export function alterIsr(state: ControllerState, request: Request): Decision<ResponseInput<typeof alterPartition>> {
  const broker = state.image.broker(request.brokerId)
  if (!broker || broker.epoch !== request.brokerEpoch) {
    return { records: [], response: { errorCode: ErrorCode.StaleBrokerEpoch } }
  }
  const records: MetadataRecord[] = []
  const topics = request.topics.map(({ topicId, partitions }) => {
    const topic = state.image.topicById(topicId)
    const answers = partitions.map((asked): Answer => {
      const { partitionIndex } = asked
      if (!topic) return { partitionIndex, errorCode: ErrorCode.UnknownTopicId }
      const partition = topic.partitions[partitionIndex]
      if (!partition) return { partitionIndex, errorCode: ErrorCode.UnknownTopicOrPartition }
      const errorCode = refuse(state, request.brokerId, partition, asked)
      if (errorCode !== ErrorCode.None) return { partitionIndex, errorCode }
      return alterOne(state, partition, asked, records)
    })
    return { topicId, partitions: answers }
  })
  return { records, response: { topics } }
}

function alterOne(state: ControllerState, partition: PartitionImage, asked: Asked, records: MetadataRecord[]): Answer {
  const record = changePartition(state, partition, {
    isr: asked.newIsrWithEpochs.map(({ brokerId }) => brokerId),
    leaderRecoveryState: asked.leaderRecoveryState,
    election: uncleanIfAllowed(state, partition),
  })
  const { index: partitionIndex, isr, leader: leaderId, leaderEpoch, partitionEpoch } = partition
  if (record?.name !== "PartitionChangeRecord") {
    return {
      partitionIndex,
      leaderId,
      leaderEpoch,
      isr,
      leaderRecoveryState: partition.leaderRecoveryState,
      partitionEpoch,
    }
  }
  records.push(record)
  // A reassignment that this ISR completes may move the leadership: the asker must look again.
  const isElected = record.fields.leader >= -1
  if (isElected && record.fields.leader !== leaderId) return { partitionIndex, errorCode: ErrorCode.NewLeaderElected }
  return {
    partitionIndex,
    leaderId,
    leaderEpoch: isElected ? leaderEpoch + 1 : leaderEpoch,
    isr: record.fields.isr ?? isr,
    leaderRecoveryState: asked.leaderRecoveryState,
    partitionEpoch: partitionEpoch + 1,
  }
}

function refuse(state: ControllerState, brokerId: number, partition: PartitionImage, asked: Asked): ErrorCode {
  // A newer epoch than the controller's own: this controller is not the active one any more.
  if (asked.leaderEpoch > partition.leaderEpoch || asked.partitionEpoch > partition.partitionEpoch) {
    return ErrorCode.NotController
  }
  if (asked.leaderEpoch < partition.leaderEpoch) return ErrorCode.FencedLeaderEpoch
  if (brokerId !== partition.leader) return ErrorCode.InvalidRequest
  if (asked.partitionEpoch < partition.partitionEpoch) return ErrorCode.InvalidUpdateVersion

  const isr = asked.newIsrWithEpochs
  const ids = isr.map(({ brokerId: id }) => id)
  const isForeign = ids.some((id) => !partition.replicas.includes(id)) || new Set(ids).size !== ids.length
  if (isForeign || !ids.includes(partition.leader)) return ErrorCode.InvalidRequest
  if (asked.leaderRecoveryState === 1 && ids.length > 1) return ErrorCode.InvalidRequest
  if (asked.leaderRecoveryState > partition.leaderRecoveryState) return ErrorCode.InvalidRequest
  const isIneligible = isr.some(({ brokerId: id, brokerEpoch }) => {
    const broker = state.image.broker(id)
    return !isActive(state.image, id) || (brokerEpoch !== -1 && broker?.epoch !== brokerEpoch)
  })
  return isIneligible ? ErrorCode.IneligibleReplica : ErrorCode.None
}
