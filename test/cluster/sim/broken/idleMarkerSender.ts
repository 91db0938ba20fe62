import type { Replacements } from "../../../../src/cluster/sim/replacements"
import { noPartitions } from "../../../../src/cluster/state/transaction/transaction"
import type { MarkerWriter } from "../../../../src/cluster/state/transaction/transactionState"

/** Markers are skipped: the coordinator takes every partition for told. */
const idle: MarkerWriter = { write: async () => noPartitions }

export const idleMarkerSender: Replacements = { parts: { newMarkerSender: () => idle } }
