import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { ELR_FEATURE } from "./controllerState"

/** The levels that `kafka-storage format` of 4.1 gives a new cluster (MetadataVersion.IBP_4_1_IV1 and its features). */
export const FINALIZED_FEATURES: Readonly<Record<string, number>> = {
  "metadata.version": 27,
  [ELR_FEATURE]: 1,
  "group.version": 1,
  "transaction.version": 2,
}

/** The first records of a new cluster. */
export function bootstrapRecords(): MetadataRecord[] {
  return Object.entries(FINALIZED_FEATURES).map(([name, featureLevel]) =>
    metadataRecord("FeatureLevelRecord", { name, featureLevel }),
  )
}
