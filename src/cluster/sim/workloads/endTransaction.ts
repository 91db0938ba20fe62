import { endTxn } from "../../../protocol/api/26_endTxn"
import { ErrorCode, errorName } from "../../../protocol/errorCodes"
import type { CommitAttempt } from "../invariants/offsetLedger"
import type { TransactionEntry } from "../invariants/transactionLedger"
import { type SimulatedClient, TRANSACTION_KEY } from "../simulatedClient"
import { isPassing, type ProducerIdentity } from "./sendSequence"
import type { Ledgers } from "./workload"

export interface TransactionEnd {
  readonly identity: ProducerIdentity
  readonly entry: TransactionEntry
  readonly version: 1 | 2
  readonly isCommitted: boolean
  /** Offsets that were committed within it. */
  readonly commits: readonly CommitAttempt[]
}

const TRIES = 8
/** From this version on the answer brings the next transaction's epoch (KIP-890). */
const VERSION_TWO = 5
const VERSION_ONE = 4
/** Nothing of such an answer's request was written. */
const untouched: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.NotCoordinator,
  ErrorCode.CoordinatorLoadInProgress,
  ErrorCode.ConcurrentTransactions,
])

/** Asks until the coordinator has decided. Returns what the next transaction is to use; undefined: this producer is over. */
export async function endTransaction(
  client: SimulatedClient,
  { offsets }: Ledgers,
  { identity, entry, version, isCommitted, commits }: TransactionEnd,
): Promise<Pick<ProducerIdentity, "producerId" | "producerEpoch"> | undefined> {
  const { producerId, producerEpoch } = identity
  const transactionalId = identity.transactionalId ?? ""
  const verb = isCommitted ? "commits" : "aborts"
  let mayBeWritten = false
  for (let left = TRIES; left > 0; left--) {
    const coordinator = await client.coordinatorOf(TRANSACTION_KEY, transactionalId)
    const body = { transactionalId, producerId, producerEpoch, committed: isCommitted }
    if (isCommitted) entry.outcome = "unknown"
    const answer = await client.request(coordinator, endTxn, version === 2 ? VERSION_TWO : VERSION_ONE, body)
    const errorCode = (answer?.errorCode ?? ErrorCode.NetworkException) as ErrorCode
    client.note(`${verb} ${entry.name}: ${errorName(errorCode)}`)
    if (answer && errorCode === ErrorCode.None) {
      entry.outcome = isCommitted ? "committed" : "aborted"
      if (!isCommitted && entry.records.length > 0) client.history.cover("aborted transaction")
      for (const commit of commits)
        if (isCommitted) offsets.acknowledge(commit)
        else offsets.refuse(commit)
      return version === 2 ? { producerId: answer.producerId, producerEpoch: answer.producerEpoch } : identity
    }
    if (!untouched.has(errorCode) && isPassing(errorCode)) mayBeWritten = true
    if (!isPassing(errorCode)) break
    if (errorCode !== ErrorCode.ConcurrentTransactions) client.forgetCoordinator(TRANSACTION_KEY, transactionalId)
    await client.pause(400)
  }
  if (isCommitted && !mayBeWritten) entry.outcome = "aborted"
  for (const commit of commits)
    if (entry.outcome === "unknown") offsets.unknown(commit)
    else offsets.refuse(commit)
  return undefined
}
