/**
 * BrokerHeartbeat (API key 63): a broker tells the controller that it is alive, and wants to be unfenced or shut down
 * (KIP-631).
 *
 * v1  offline log directories (KIP-858)
 */
import { api, array, boolean, int16, int32, int64, tagged, uuid, withDefault } from "../schema"

export const brokerHeartbeat = api({
  key: 63,
  name: "BrokerHeartbeat",
  versions: [0, 1],
  flexibleFrom: 0,
  request: {
    brokerId: int32,
    brokerEpoch: withDefault(-1, int64),
    currentMetadataOffset: int64,
    wantFence: boolean,
    wantShutDown: boolean,
    offlineLogDirs: tagged(0, 1, array(uuid)),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    isCaughtUp: boolean,
    isFenced: withDefault(true, boolean),
    shouldShutDown: boolean,
  },
})
