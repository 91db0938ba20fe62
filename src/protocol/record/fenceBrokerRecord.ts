/**
 * FenceBrokerRecord: a broker was fenced. Old: BrokerRegistrationChangeRecord took its place.
 */
import { int32, int64, type RecordOf, record } from "../schema"

export const fenceBrokerRecord = record({
  name: "FenceBrokerRecord",
  apiKey: 7,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    id: int32,
    epoch: int64,
  },
})
export type FenceBrokerRecord = RecordOf<typeof fenceBrokerRecord>
