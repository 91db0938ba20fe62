import { ErrorCode } from "../../protocol/errorCodes"

/** Older clients know a fenced producer only as INVALID_PRODUCER_EPOCH (KIP-588). */
export function fencedError(errorCode: ErrorCode, knowsFenced: boolean): ErrorCode {
  return errorCode === ErrorCode.ProducerFenced && !knowsFenced ? ErrorCode.InvalidProducerEpoch : errorCode
}
