import type { allocateProducerIds } from "../../../protocol/api/67_allocateProducerIds"
import { ErrorCode } from "../../../protocol/errorCodes"
import type { RequestOf, ResponseInput } from "../../../protocol/schema"
import { metadataRecord } from "../metadata/metadataRecord"
import type { ControllerState, Decision } from "./controllerState"

/** Kafka: ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE. */
const BLOCK_SIZE = 1000

/** A block of producer ids that no other broker gets (KIP-730; Kafka: ProducerIdControlManager). */
export function decideProducerIds(
  { image }: ControllerState,
  { brokerId, brokerEpoch }: RequestOf<typeof allocateProducerIds>,
): Decision<ResponseInput<typeof allocateProducerIds>> {
  const broker = image.broker(brokerId)
  if (!broker) return { records: [], response: { errorCode: ErrorCode.BrokerIdNotRegistered } }
  if (broker.epoch !== brokerEpoch) return { records: [], response: { errorCode: ErrorCode.StaleBrokerEpoch } }
  const producerIdStart = image.nextProducerId
  const nextProducerId = producerIdStart + BLOCK_SIZE
  return {
    records: [metadataRecord("ProducerIdsRecord", { brokerId, brokerEpoch, nextProducerId })],
    response: { producerIdStart, producerIdLen: BLOCK_SIZE },
  }
}
