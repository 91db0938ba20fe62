/**
 * ProducerIdsRecord: a broker was given a block of producer ids; the next block starts at nextProducerId.
 */
import { int32, int64, type RecordOf, record, withDefault } from "../schema"

export const producerIdsRecord = record({
  name: "ProducerIdsRecord",
  apiKey: 15,
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    brokerId: int32,
    brokerEpoch: withDefault(-1, int64),
    nextProducerId: int64,
  },
})
export type ProducerIdsRecord = RecordOf<typeof producerIdsRecord>
