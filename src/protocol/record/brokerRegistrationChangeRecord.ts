/**
 * BrokerRegistrationChangeRecord: a broker was fenced or unfenced, or began its controlled shutdown.
 *
 * v1    in controlled shutdown (KIP-841)
 * v2    log directories (KIP-858)
 */
import { array, int8, int32, int64, type RecordOf, record, tagged, uuid } from "../schema"

export const brokerRegistrationChangeRecord = record({
  name: "BrokerRegistrationChangeRecord",
  apiKey: 17,
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    brokerId: int32,
    brokerEpoch: int64,
    fenced: tagged(0, 0, int8),
    inControlledShutdown: tagged(1, 1, int8),
    logDirs: tagged(2, 2, array(uuid)),
  },
})
export type BrokerRegistrationChangeRecord = RecordOf<typeof brokerRegistrationChangeRecord>
