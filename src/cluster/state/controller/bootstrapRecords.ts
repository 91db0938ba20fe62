import { ConfigResourceType } from "../metadata/metadataImage"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { ELR_FEATURE } from "./controllerState"

const MIN_ISR = "min.insync.replicas"

/** The levels that `kafka-storage format` of 4.1 gives a new cluster (MetadataVersion.IBP_4_1_IV1 and its features). */
export const FINALIZED_FEATURES: Readonly<Record<string, number>> = {
  "metadata.version": 27,
  [ELR_FEATURE]: 1,
  "group.version": 1,
  "transaction.version": 2,
}

/**
 * The first records of a new cluster. Eligible leader replicas are only safe where all brokers have one
 * min.insync.replicas: it becomes a config of the cluster (KIP-966, ConfigurationControlManager.maybeGenerateElrSafetyRecords).
 */
export function bootstrapRecords(minInsyncReplicas: string): MetadataRecord[] {
  const features = Object.entries(FINALIZED_FEATURES).map(([name, featureLevel]) =>
    metadataRecord("FeatureLevelRecord", { name, featureLevel }),
  )
  const cluster = { resourceType: ConfigResourceType.broker, resourceName: "" }
  return [...features, metadataRecord("ConfigRecord", { ...cluster, name: MIN_ISR, value: minInsyncReplicas })]
}
