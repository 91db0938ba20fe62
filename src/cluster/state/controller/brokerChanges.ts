import type { PartitionImage } from "../metadata/imageEntries"
import type { MetadataImage } from "../metadata/metadataImage"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { changePartition } from "./changePartition"
import { type ControllerState, isActive } from "./controllerState"

/** A broker is taken for dead: nobody waits for it, and it leads nothing (Kafka: handleBrokerFenced). */
export function fenceBroker(state: ControllerState, brokerId: number): MetadataRecord[] {
  const broker = state.image.broker(brokerId)
  if (!broker || broker.fenced) return []
  const fence = metadataRecord("BrokerRegistrationChangeRecord", { brokerId, brokerEpoch: broker.epoch, fenced: 1 })
  return [fence, ...leaveIsrs(state, brokerId)]
}

/** A broker is back and has caught up with the metadata (Kafka: handleBrokerUnfenced). */
export function unfenceBroker(state: ControllerState, brokerId: number): MetadataRecord[] {
  const broker = state.image.broker(brokerId)
  if (!broker?.fenced) return []
  const unfence = metadataRecord("BrokerRegistrationChangeRecord", { brokerId, brokerEpoch: broker.epoch, fenced: -1 })
  const leaderless = partitionsOf(state.image).filter(({ leader }) => leader < 0)
  const elected = leaderless.flatMap((partition) => {
    const isAcceptable = (id: number) => id === brokerId || isActive(state.image, id)
    return changePartition(state, partition, { election: uncleanIfAllowed(state, partition), isAcceptable }) ?? []
  })
  return [unfence, ...elected]
}

/** A broker wants to stop: others lead first (Kafka: handleBrokerInControlledShutdown). */
export function beginShutdown(state: ControllerState, brokerId: number): MetadataRecord[] {
  const broker = state.image.broker(brokerId)
  if (!broker || broker.inControlledShutdown) return []
  const fields = { brokerId, brokerEpoch: broker.epoch, inControlledShutdown: 1 }
  return [metadataRecord("BrokerRegistrationChangeRecord", fields), ...leaveIsrs(state, brokerId)]
}

/** A broker came back without a clean shutdown: its unflushed records may be gone (KIP-966). */
export function distrustBroker(state: ControllerState, brokerId: number): MetadataRecord[] {
  return partitionsOf(state.image).flatMap((partition) => {
    if (!partition.isr.includes(brokerId) && !partition.elr.includes(brokerId)) return []
    const isr = partition.isr.filter((id) => id !== brokerId)
    const isAcceptable = (id: number) => id !== brokerId && isActive(state.image, id)
    const election = uncleanIfAllowed(state, partition)
    return changePartition(state, partition, { isr, election, isAcceptable, uncleanShutdown: brokerId }) ?? []
  })
}

/** Who is not there any more is not waited for, and leads nothing. */
export function leaveIsrs(state: ControllerState, brokerId: number): MetadataRecord[] {
  return partitionsOf(state.image).flatMap((partition) => {
    if (!partition.isr.includes(brokerId) && partition.leader !== brokerId) return []
    const isr = partition.isr.filter((id) => id !== brokerId)
    const isAcceptable = (id: number) => id !== brokerId && isActive(state.image, id)
    return changePartition(state, partition, { isr, election: uncleanIfAllowed(state, partition), isAcceptable }) ?? []
  })
}

export function uncleanIfAllowed({ config }: ControllerState, { topic }: PartitionImage): "clean" | "unclean" {
  return config.topicBoolean(topic, "unclean.leader.election.enable") ? "unclean" : "clean"
}

export function partitionsOf(image: MetadataImage): PartitionImage[] {
  return [...image.topics.values()].flatMap(({ partitions }) => partitions)
}
