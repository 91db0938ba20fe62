/**
 * FeatureLevelRecord: the finalized level of a feature, such as metadata.version or group.version (KIP-584); 0
 * removes it.
 */
import { int16, type RecordOf, record, string } from "../schema"

export const featureLevelRecord = record({
  name: "FeatureLevelRecord",
  apiKey: 12,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    name: string,
    featureLevel: int16,
  },
})
export type FeatureLevelRecord = RecordOf<typeof featureLevelRecord>
