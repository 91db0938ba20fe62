import type { Clock } from "../../clock"
import type { Random } from "../../random"
import type { MetadataImage } from "../metadata/metadataImage"
import type { MetadataRecord } from "../metadata/metadataRecord"
import type { NodeConfig } from "../nodeConfig"
import type { BrokerSessions } from "./brokerSessions"

/**
 * What the rules of the active controller may see. `image` holds all that was appended, committed or not: the next
 * decision builds on the last.
 */
export interface ControllerState {
  readonly clusterId: string
  readonly image: MetadataImage
  readonly config: NodeConfig
  readonly clock: Clock
  readonly random: Random
  readonly sessions: BrokerSessions
  /** The offset that the next record gets: a broker epoch. */
  readonly nextOffset: number
}

/** What a rule decided: records to append, and what to answer once they are committed. */
export interface Decision<Response> {
  readonly records: readonly MetadataRecord[]
  readonly response: Response
}

/** A broker that may lead and join an ISR. */
export function isActive(image: MetadataImage, brokerId: number): boolean {
  const broker = image.broker(brokerId)
  return broker !== undefined && !broker.fenced && !broker.inControlledShutdown
}

/** KIP-966 is on when the feature is (the default of clusters made by 4.1). */
export const ELR_FEATURE = "eligible.leader.replicas.version"

export function hasElr(image: MetadataImage): boolean {
  return (image.features.get(ELR_FEATURE) ?? 0) > 0
}

/** min.insync.replicas, but never more than there are replicas. */
export function effectiveMinIsr(config: NodeConfig, topic: string, replicas: number): number {
  return Math.min(config.topicNumber(topic, "min.insync.replicas"), replicas)
}
