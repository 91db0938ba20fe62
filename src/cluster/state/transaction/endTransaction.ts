/** EndTxn, and ends that the coordinator itself decides. Kafka: TransactionCoordinator.endTransaction. */
import { ErrorCode } from "../../../protocol/errorCodes"
import { completeTransaction } from "./completeTransaction"
import {
  EPOCH_PER_TRANSACTION,
  isEpochExhausted,
  LAST_PRODUCER_EPOCH,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  type Transaction,
} from "./transaction"
import type { TransactionEntry, TransactionState } from "./transactionState"

export interface EndRequest {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly committed: boolean
}

export interface EndAnswer {
  readonly errorCode: ErrorCode
  /** What the next transaction is to use; -1 after an error. */
  readonly producerId: number
  readonly producerEpoch: number
}

/** Answers when the decision is in the log; the markers follow. `clientVersion` 2 gives the next transaction a new epoch. */
export function endTransaction(
  state: TransactionState,
  request: EndRequest,
  clientVersion: number,
  reply: (answer: EndAnswer) => void,
): void {
  const entry = state.entries.get(request.transactionalId)
  if (!entry) return void reply(refused(ErrorCode.InvalidProducerIdMapping))
  const verdict = judge(entry, request, clientVersion)
  switch (verdict) {
    case "end":
      void prepare(state, entry, request, clientVersion, reply)
      return
    case "ended":
      reply({
        errorCode: ErrorCode.None,
        producerId: entry.current.producerId,
        producerEpoch: entry.current.producerEpoch,
      })
      return
    default:
      reply(refused(verdict))
  }
}

/** Aborts on the coordinator's own account: the producer is fenced by one more epoch. */
export function fenceAndAbort(
  state: TransactionState,
  entry: TransactionEntry,
  done: (errorCode: ErrorCode) => void,
): void {
  const { current } = entry
  // The last epoch of all is left for exactly this.
  const producerEpoch = entry.fencedEpoch ?? Math.min(current.producerEpoch + 1, LAST_PRODUCER_EPOCH + 1)
  const next: Transaction = {
    ...current,
    status: "PrepareAbort",
    producerEpoch,
    lastProducerEpoch: NO_PRODUCER_EPOCH,
    lastUpdateMs: state.clock.now(),
    clientVersion: 0,
  }
  const answer = (errorCode: ErrorCode) => {
    if (entry.current !== next) entry.fencedEpoch = producerEpoch
    done(errorCode)
  }
  state.write(entry, next, answer, () => {
    entry.fencedEpoch = undefined
    completeTransaction(state, entry)
  })
}

/** Aborts transactions that have been open for longer than their producers asked for. */
export function abortTimedOut(state: TransactionState): void {
  const nowMs = state.clock.now()
  for (const entry of state.entries.values()) {
    const { status, startMs, timeoutMs } = entry.current
    if (status !== "Ongoing" || entry.pending !== undefined || startMs + timeoutMs >= nowMs) continue
    fenceAndAbort(state, entry, () => {})
  }
}

function refused(errorCode: ErrorCode): EndAnswer {
  return { errorCode, producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH }
}

/** "end": begin the end; "ended": it has ended so already, a retry; else the refusal. */
function judge(entry: TransactionEntry, request: EndRequest, clientVersion: number): "end" | "ended" | ErrorCode {
  const { current } = entry
  const bumps = current.clientVersion >= EPOCH_PER_TRANSACTION
  const isRetry = bumps && current.producerEpoch === request.producerEpoch + 1
  const isRetryOfLast =
    bumps &&
    current.previousProducerId === request.producerId &&
    request.producerEpoch === LAST_PRODUCER_EPOCH &&
    current.producerEpoch === 0
  if (current.producerId !== request.producerId && !isRetryOfLast) return ErrorCode.InvalidProducerIdMapping
  const isCurrent = current.producerEpoch === request.producerEpoch
  if (!isCurrent && !isRetry && !isRetryOfLast) return ErrorCode.ProducerFenced
  if (entry.pending !== undefined) return ErrorCode.ConcurrentTransactions
  const endsAlike = request.committed === (current.status === "CompleteCommit")
  switch (current.status) {
    case "Ongoing":
      return isCurrent ? "end" : ErrorCode.ProducerFenced
    case "PrepareCommit":
    case "PrepareAbort":
      if (bumps && !isRetry) return ErrorCode.ProducerFenced
      // While markers are on their way the next state is pending, whatever the client asks for (Kafka: prepareComplete).
      return ErrorCode.ConcurrentTransactions
    case "CompleteCommit":
    case "CompleteAbort":
      if (bumps && isCurrent) return emptyAbort(request, clientVersion)
      return endsAlike ? "ended" : ErrorCode.InvalidTxnState
    case "Empty":
      return emptyAbort(request, clientVersion)
    case "Dead":
    case "PrepareEpochFence":
      return ErrorCode.InvalidTxnState
  }
}

/** From version 2 a client may abort what never began, to be rid of sends whose fate it does not know (KIP-890). */
function emptyAbort({ committed }: EndRequest, clientVersion: number): "end" | ErrorCode {
  return !committed && clientVersion >= EPOCH_PER_TRANSACTION ? "end" : ErrorCode.InvalidTxnState
}

async function prepare(
  state: TransactionState,
  entry: TransactionEntry,
  { committed }: EndRequest,
  clientVersion: number,
  reply: (answer: EndAnswer) => void,
): Promise<void> {
  const { current } = entry
  const bumps = clientVersion >= EPOCH_PER_TRANSACTION
  let nextProducerId = NO_PRODUCER_ID
  if (bumps && isEpochExhausted(current.producerEpoch)) {
    entry.pending = "PrepareAbort"
    const allocated = await state.nextProducerId()
    entry.pending = undefined
    if (state.isClosed) return reply(refused(ErrorCode.NotCoordinator))
    if ("errorCode" in allocated) return reply(refused(allocated.errorCode))
    nextProducerId = allocated.producerId
  }
  const nowMs = state.clock.now()
  const next: Transaction = {
    ...current,
    status: committed ? "PrepareCommit" : "PrepareAbort",
    producerEpoch: bumps ? current.producerEpoch + 1 : current.producerEpoch,
    lastProducerEpoch: bumps ? current.producerEpoch : current.lastProducerEpoch,
    nextProducerId,
    startMs: current.status === "Ongoing" ? current.startMs : nowMs,
    lastUpdateMs: nowMs,
    clientVersion,
  }
  const answer = (errorCode: ErrorCode) => {
    if (errorCode !== ErrorCode.None) return void reply(refused(errorCode))
    const rotates = nextProducerId !== NO_PRODUCER_ID
    reply({
      errorCode,
      producerId: rotates ? nextProducerId : next.producerId,
      producerEpoch: rotates ? 0 : next.producerEpoch,
    })
  }
  state.write(entry, next, answer, () => completeTransaction(state, entry))
}
