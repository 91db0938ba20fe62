/**
 * BrokerRegistration (API key 62): a broker registers with the controller (KIP-631).
 *
 * v1  migration from ZooKeeper (KIP-866)
 * v2  log directories (KIP-858)
 * v3  the epoch before, by which a clean shutdown is told (KIP-966)
 * v4  features whose lowest version is 0 (KIP-1022)
 */
import {
  api,
  array,
  boolean,
  int16,
  int32,
  int64,
  nullableString,
  since,
  string,
  struct,
  uint16,
  uuid,
  withDefault,
} from "../schema"

export const brokerRegistration = api({
  key: 62,
  name: "BrokerRegistration",
  versions: [0, 4],
  flexibleFrom: 0,
  request: {
    brokerId: int32,
    clusterId: string,
    incarnationId: uuid,
    listeners: array(
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
    isMigratingZkBroker: since(1, boolean),
    logDirs: since(2, array(uuid)),
    previousBrokerEpoch: since(3, withDefault(-1, int64)),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    brokerEpoch: withDefault(-1, int64),
  },
})
