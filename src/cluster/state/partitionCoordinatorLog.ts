import type { ErrorCode } from "../../protocol/errorCodes"
import { batchesOf, encodeBatch, lastOffset } from "../../protocol/recordBatch"
import type { CoordinatorLog } from "./coordinatorLog"
import type { Partition } from "./replica/partition"

const CHUNK_BYTES = 1024 * 1024
/** A coordinator bounds its replies itself; its write waits as long as the broker leads. */
const NO_TIMEOUT_MS = 2 ** 31 - 1

/** A led partition as a coordinator writes it: acks=all, told when it is committed. */
export function partitionCoordinatorLog(partition: Partition): CoordinatorLog {
  return {
    get isCommitted() {
      return partition.highWatermark >= partition.logEndOffset
    },
    append(records, timestampMs, producer) {
      const batch = encodeBatch({
        ...(producer && {
          producerId: producer.producerId,
          producerEpoch: producer.producerEpoch,
          isTransactional: true,
        }),
        records: records.map(({ key, value }) => ({ key, value, timestamp: timestampMs })),
      })
      const endBefore = partition.logEndOffset
      const outcome = partition.appendAsLeader(batch, {
        acks: -1,
        timeoutMs: NO_TIMEOUT_MS,
        origin: "coordinator",
        verification: producer?.verification,
      })
      const committed = outcome.then(({ errorCode }) => errorCode as ErrorCode)
      return { appended: partition.logEndOffset > endBefore, committed }
    },
    *chunks() {
      const end = partition.logEndOffset
      let offset = partition.logStartOffset
      while (offset < end) {
        const chunk = partition.log.read(offset, CHUNK_BYTES, end)
        const next = nextOffset(chunk)
        if (next <= offset) return
        yield chunk
        offset = next
      }
    },
  }
}

function nextOffset(chunk: Buffer): number {
  let next = -1
  for (const batch of batchesOf(chunk)) next = lastOffset(batch) + 1
  return next
}
