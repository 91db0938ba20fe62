import type { OffsetLedger } from "../invariants/offsetLedger"
import type { OwnerLedger } from "../invariants/ownerLedger"
import type { RecordLedger } from "../invariants/recordLedger"
import type { TransactionLedger } from "../invariants/transactionLedger"
import type { SimulatedClient } from "../simulatedClient"

/** Replicated three times, min.insync.replicas=2, no unclean elections: what is promised here must be kept. */
export const LEDGER = "ledger"
export const LEDGER_PARTITIONS = 2
/** min.insync.replicas=1 and unclean elections: made to lose. */
export const LOOSE = "loose"

/** What the workloads tell of what they were told. */
export interface Ledgers {
  readonly records: RecordLedger
  readonly transactions: TransactionLedger
  readonly offsets: OffsetLedger
  readonly owners: OwnerLedger
}

/** Does one kind of work until its client is told that it is over. */
export type Workload = (client: SimulatedClient, ledgers: Ledgers) => Promise<void>
