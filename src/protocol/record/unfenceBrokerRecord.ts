/**
 * UnfenceBrokerRecord: a broker was unfenced. Old: BrokerRegistrationChangeRecord took its place.
 */
import { int32, int64, type RecordOf, record } from "../schema"

export const unfenceBrokerRecord = record({
  name: "UnfenceBrokerRecord",
  apiKey: 8,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    id: int32,
    epoch: int64,
  },
})
export type UnfenceBrokerRecord = RecordOf<typeof unfenceBrokerRecord>
