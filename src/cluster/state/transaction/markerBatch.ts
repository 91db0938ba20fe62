import { encodeCoordinatorValue } from "../../../protocol/record/coordinatorRecords"
import { endTxnMarker } from "../../../protocol/record/endTxnMarker"
import { decodeRecords, encodeBatch, producerId } from "../../../protocol/recordBatch"
import type { TransactionMarker } from "./transactionState"

/** The type in a control record's key, after its version (Kafka: ControlRecordType). */
const ABORT = 0
const COMMIT = 1

/** The control batch that ends a producer's transaction in one partition. */
export function markerBatch(marker: TransactionMarker, nowMs: number): Buffer {
  const key = Buffer.alloc(4)
  key.writeInt16BE(marker.committed ? COMMIT : ABORT, 2)
  const value = encodeCoordinatorValue(endTxnMarker, { coordinatorEpoch: marker.coordinatorEpoch })
  return encodeBatch({
    isControl: true,
    isTransactional: true,
    producerId: marker.producerId,
    producerEpoch: marker.producerEpoch,
    records: [{ key, value, timestamp: nowMs }],
  })
}

/** What a control batch says; undefined when it is no end of a transaction. */
export function readMarker(batch: Buffer): { readonly producerId: number; readonly committed: boolean } | undefined {
  const type = decodeRecords(batch)[0]?.key?.readInt16BE(2)
  if (type !== ABORT && type !== COMMIT) return undefined
  return { producerId: producerId(batch), committed: type === COMMIT }
}
