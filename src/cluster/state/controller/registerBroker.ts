import type { brokerRegistration } from "../../../protocol/api/62_brokerRegistration"
import type { brokerHeartbeat } from "../../../protocol/api/63_brokerHeartbeat"
import type { unregisterBroker } from "../../../protocol/api/64_unregisterBroker"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../../protocol/schema"
import { type MetadataRecord, metadataRecord } from "../metadata/metadataRecord"
import { beginShutdown, distrustBroker, fenceBroker, leaveIsrs, unfenceBroker } from "./brokerChanges"
import type { ControllerState, Decision } from "./controllerState"
import { isActive } from "./controllerState"

/** A new life of a broker (Kafka: ClusterControlManager.registerBroker). It is fenced until it has caught up. */
export function registerBroker(
  state: ControllerState,
  request: RequestOf<typeof brokerRegistration>,
): Decision<ResponseInput<typeof brokerRegistration>> {
  const { brokerId, clusterId, incarnationId, listeners, features, rack, logDirs, previousBrokerEpoch } = request
  if (clusterId !== state.clusterId) return { records: [], response: { errorCode: ErrorCode.InconsistentClusterId } }
  const known = state.image.broker(brokerId)
  const isSameLife = known?.incarnationId === incarnationId
  const timeoutMs = state.config.number("broker.session.timeout.ms")
  const isElsewhere = known && !isSameLife && !known.fenced && !known.inControlledShutdown
  // Another process with the same id lives: it is not pushed out before its session ends.
  if (isElsewhere && !state.sessions.hasExpired(brokerId, timeoutMs)) {
    return { records: [], response: { errorCode: ErrorCode.DuplicateBrokerRegistration } }
  }
  const isUnclean = known !== undefined && !isSameLife && previousBrokerEpoch !== known.epoch
  const brokerEpoch = isSameLife ? known.epoch : state.nextOffset
  const registration = metadataRecord("RegisterBrokerRecord", {
    brokerId,
    incarnationId,
    brokerEpoch,
    endPoints: listeners,
    features,
    rack,
    fenced: true,
    logDirs,
  })
  const shaken = known && !isSameLife && !known.fenced ? fenceBroker(state, brokerId).slice(1) : []
  const distrusted = isUnclean ? distrustBroker(state, brokerId) : []
  state.sessions.begin(brokerId)
  const records = [registration, ...(distrusted.length > 0 ? distrusted : shaken)]
  return { records, response: { brokerEpoch } }
}

/** A broker is alive; says whether it may serve, and lets it go when it wants to (Kafka: processBrokerHeartbeat). */
export function heartbeatBroker(
  state: ControllerState,
  request: RequestOf<typeof brokerHeartbeat>,
): Decision<ResponseInput<typeof brokerHeartbeat>> {
  const { brokerId, brokerEpoch, currentMetadataOffset, wantFence, wantShutDown } = request
  const broker = state.image.broker(brokerId)
  if (!broker) return { records: [], response: { errorCode: ErrorCode.BrokerIdNotRegistered } }
  if (broker.epoch !== brokerEpoch) return { records: [], response: { errorCode: ErrorCode.StaleBrokerEpoch } }

  state.sessions.touch(brokerId, currentMetadataOffset)
  // It must know of its own registration before it serves anybody.
  const isCaughtUp = currentMetadataOffset >= brokerEpoch
  let records: MetadataRecord[] = []
  let isFenced = broker.fenced
  let shouldShutDown = false
  if (wantShutDown) {
    if (broker.fenced) shouldShutDown = true
    else if (!broker.inControlledShutdown) {
      records = beginShutdown(state, brokerId)
      state.sessions.beginShutdown(brokerId, state.nextOffset + records.length - 1)
    } else if (mayShutDown(state, brokerId)) {
      records = fenceBroker(state, brokerId)
      isFenced = true
      shouldShutDown = true
    }
  } else if (broker.fenced && !wantFence && isCaughtUp) {
    records = unfenceBroker(state, brokerId)
    isFenced = false
  } else if (!broker.fenced && wantFence) {
    records = fenceBroker(state, brokerId)
    isFenced = true
  }
  return { records, response: { isCaughtUp, isFenced, shouldShutDown } }
}

/** Every other broker knows by now who leads instead. */
function mayShutDown({ image, sessions }: ControllerState, brokerId: number): boolean {
  const others = [...image.brokers.keys()].filter((id) => id !== brokerId && isActive(image, id))
  const since = sessions.shutdownOffset(brokerId) ?? -1
  const leadsNothing = [...image.topics.values()].every(({ partitions }) =>
    partitions.every(({ leader }) => leader !== brokerId),
  )
  return leadsNothing && (others.length === 0 || sessions.lowestOffset(others) >= since)
}

/** A broker is not to come back: nobody waits for it, and it leads nothing (Kafka: handleBrokerUnregistered). */
export function removeBroker(
  state: ControllerState,
  { brokerId }: RequestOf<typeof unregisterBroker>,
): Decision<ResponseInput<typeof unregisterBroker>> {
  const broker = state.image.broker(brokerId)
  if (!broker) return { records: [], response: { errorCode: ErrorCode.BrokerIdNotRegistered } }
  state.sessions.end(brokerId)
  const unregister = metadataRecord("UnregisterBrokerRecord", { brokerId, brokerEpoch: broker.epoch })
  return { records: [...leaveIsrs(state, brokerId), unregister], response: {} }
}
