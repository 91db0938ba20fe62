import { PartitionLog } from "../../../../src/cluster/log/partitionLog"
import type { Replacements } from "../../../../src/cluster/sim/replacements"

/** Fetch does not list aborted transactions: a consumer takes their records for committed. */
export const absentAborts: Replacements = {
  parts: {
    openLog: (options) => {
      const opened = PartitionLog.open(options)
      if (opened.ok) opened.value.abortedTransactions = () => []
      return opened
    },
  },
}
