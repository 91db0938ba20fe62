import type { Replacements } from "../../../../src/cluster/sim/replacements"
import {
  TransactionShard,
  type TransactionShardOptions,
} from "../../../../src/cluster/state/transaction/transactionShard"

/** A transaction coordinator that takes over begins with nothing: what its predecessor prepared is never completed. */
const newTransactionShard = (options: TransactionShardOptions): TransactionShard =>
  new TransactionShard({ ...options, log: { ...options.log, chunks: () => [] } })

export const forgetfulTransactionShard: Replacements = { parts: { newTransactionShard } }
