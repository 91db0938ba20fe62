import { ErrorCode } from "../../protocol/errorCodes"
import type { Verification } from "../log/verification"

/** One record of a coordinator's topic. A null value is a tombstone. */
export interface StoredRecord {
  readonly key: Buffer
  readonly value: Buffer | null
}

/** Who a batch is written for, when it belongs to a transaction. */
export interface TransactionalProducer {
  readonly producerId: number
  readonly producerEpoch: number
  /** Where its transaction was not open in the log when it was asked about. */
  readonly verification?: Verification | undefined
}

export interface CoordinatorAppend {
  /** False: it was refused, and `committed` says why. */
  readonly appended: boolean
  /** Resolves when the batch is below the high watermark, or with the reason why that cannot be told. Never rejects. */
  readonly committed: Promise<ErrorCode>
}

/** The one partition in which a coordinator keeps its state; it exists while this broker leads it. */
export interface CoordinatorLog {
  /** Appends one batch, at once. */
  append(records: readonly StoredRecord[], timestampMs: number, producer?: TransactionalProducer): CoordinatorAppend
  /** All that the log holds is below the high watermark. */
  readonly isCommitted: boolean
  /** All whole batches, oldest first, in chunks of several. For loading. */
  chunks(): Iterable<Buffer>
}

const clientErrors = new Map<ErrorCode, ErrorCode>([
  [ErrorCode.UnknownTopicOrPartition, ErrorCode.CoordinatorNotAvailable],
  [ErrorCode.NotEnoughReplicas, ErrorCode.CoordinatorNotAvailable],
  [ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.CoordinatorNotAvailable],
  [ErrorCode.RequestTimedOut, ErrorCode.CoordinatorNotAvailable],
  [ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator],
  [ErrorCode.KafkaStorageError, ErrorCode.NotCoordinator],
  [ErrorCode.RecordListTooLarge, ErrorCode.UnknownServerError],
  [ErrorCode.MessageTooLarge, ErrorCode.UnknownServerError],
  [ErrorCode.InvalidFetchSize, ErrorCode.UnknownServerError],
])

/** What a client is told when a coordinator's write fails. Kafka: CoordinatorOperationExceptionHelper. */
export function coordinatorError(errorCode: ErrorCode): ErrorCode {
  return clientErrors.get(errorCode) ?? errorCode
}
