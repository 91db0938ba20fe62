/**
 * UnregisterBrokerRecord: a broker is gone for good.
 */
import { int32, int64, type RecordOf, record } from "../schema"

export const unregisterBrokerRecord = record({
  name: "UnregisterBrokerRecord",
  apiKey: 1,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    brokerId: int32,
    brokerEpoch: int64,
  },
})
export type UnregisterBrokerRecord = RecordOf<typeof unregisterBrokerRecord>
