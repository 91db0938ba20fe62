import type { PartitionLog } from "../log/partitionLog"
import { kafkaParts, type Parts } from "../parts"
import type { History } from "./history"

/** The parts with logs that tell the history what only a log can know: truncations, duplicates, torn writes. */
export function observeLogs(parts: Partial<Parts>, history: History): Partial<Parts> {
  const { openLog } = { ...kafkaParts, ...parts }
  return {
    ...parts,
    openLog: (options) => {
      const opened = openLog(options)
      if (!opened.ok) return opened
      const { topic, partition, truncatedAtOpenBytes } = opened.value
      if (truncatedAtOpenBytes > 0) {
        history.note(`${topic}-${partition}: ${truncatedAtOpenBytes} torn bytes cut off`)
        history.cover("recovered torn write")
      }
      observe(opened.value, history)
      return opened
    },
  }
}

function observe(log: PartitionLog, history: History): void {
  const { append, truncateTo } = log
  log.append = (batches, options) => {
    const result = append.call(log, batches, options)
    if (result.duplicate) history.cover("suppressed duplicate")
    return result
  }
  log.truncateTo = (offset) => {
    const { bytes, logEndOffset } = log
    const isTruncated = truncateTo.call(log, offset)
    if (log.bytes < bytes) {
      history.note(`${log.topic}-${log.partition}: truncated from ${logEndOffset} to ${log.logEndOffset}`)
      history.cover("truncation")
    }
    return isTruncated
  }
}
