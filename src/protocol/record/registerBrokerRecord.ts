/**
 * RegisterBrokerRecord: a broker registered with the controller, under the epoch that is this record's offset.
 *
 * v1    in controlled shutdown (KIP-841)
 * v2    migrating from ZooKeeper (KIP-866)
 * v3    log directories (KIP-858)
 */
import {
  array,
  boolean,
  int16,
  int32,
  int64,
  nullableString,
  type RecordOf,
  record,
  since,
  string,
  struct,
  tagged,
  uint16,
  uuid,
  withDefault,
} from "../schema"

export const registerBrokerRecord = record({
  name: "RegisterBrokerRecord",
  apiKey: 0,
  versions: [0, 3],
  flexibleFrom: 0,
  fields: {
    brokerId: int32,
    isMigratingZkBroker: since(2, boolean),
    incarnationId: uuid,
    brokerEpoch: int64,
    endPoints: array(
      struct({
        name: string,
        host: string,
        port: uint16,
        securityProtocol: int16,
      }),
    ),
    features: array(
      struct({
        name: string,
        minSupportedVersion: int16,
        maxSupportedVersion: int16,
      }),
    ),
    rack: nullableString,
    fenced: withDefault(true, boolean),
    inControlledShutdown: since(1, boolean),
    logDirs: tagged(0, 3, array(uuid)),
  },
})
export type RegisterBrokerRecord = RecordOf<typeof registerBrokerRecord>
