/** InitProducerId of a transactional producer. Kafka: TransactionCoordinator.handleInitProducerId. */
import { ErrorCode } from "../../../protocol/errorCodes"
import { fenceAndAbort } from "./endTransaction"
import {
  isEpochExhausted,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  newTransaction,
  noPartitions,
  type Transaction,
} from "./transaction"
import type { TransactionEntry, TransactionState } from "./transactionState"

export interface InitRequest {
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
  /** What the producer has had so far, when it only wants a new epoch (KIP-360); -1: it is a new process. */
  readonly producerId: number
  readonly producerEpoch: number
}

export interface InitAnswer {
  readonly errorCode: ErrorCode
  readonly producerId: number
  readonly producerEpoch: number
}

type Reply = (answer: InitAnswer) => void

/** Gives a producer its id with a new epoch, which fences those before it; an open transaction is aborted first. */
export function initProducerId(state: TransactionState, request: InitRequest, reply: Reply): void {
  if (request.transactionTimeoutMs <= 0 || request.transactionTimeoutMs > state.config.maxTimeoutMs) {
    return void reply(refused(ErrorCode.InvalidTransactionTimeout))
  }
  const entry = state.entries.get(request.transactionalId)
  if (!entry) return void found(state, request, reply)
  const { current } = entry
  if (entry.pending !== undefined) return void reply(refused(ErrorCode.ConcurrentTransactions))
  if (!mayGoOn(current, request)) return void reply(refused(ErrorCode.ProducerFenced))
  switch (current.status) {
    case "PrepareCommit":
    case "PrepareAbort":
      return void reply(refused(ErrorCode.ConcurrentTransactions))
    case "Ongoing":
      // The producer asks again until the transaction of its predecessor is gone.
      return void fenceAndAbort(state, entry, (errorCode) =>
        reply(refused(errorCode === ErrorCode.None ? ErrorCode.ConcurrentTransactions : errorCode)),
      )
    case "Empty":
    case "CompleteCommit":
    case "CompleteAbort":
      return void renew(state, entry, request, reply)
    case "Dead":
    case "PrepareEpochFence":
      return void reply(refused(ErrorCode.InvalidTxnState))
  }
}

function refused(errorCode: ErrorCode): InitAnswer {
  return { errorCode, producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH }
}

/** A producer that says what it has must have what we know, or what we knew before its id was exhausted. */
function mayGoOn(current: Transaction, { producerId, producerEpoch }: InitRequest): boolean {
  return (
    producerId === NO_PRODUCER_ID ||
    current.producerEpoch === NO_PRODUCER_EPOCH ||
    producerId === current.producerId ||
    (producerId === current.previousProducerId && isEpochExhausted(producerEpoch))
  )
}

async function found(state: TransactionState, request: InitRequest, reply: Reply): Promise<void> {
  const allocated = await state.nextProducerId()
  if (state.isClosed) return reply(refused(ErrorCode.NotCoordinator))
  if ("errorCode" in allocated) return reply(refused(allocated.errorCode))
  // Another process may have come first while the id was fetched.
  if (state.entries.has(request.transactionalId)) return initProducerId(state, request, reply)
  const current = newTransaction(request.transactionalId, allocated.producerId, request.transactionTimeoutMs)
  bump(state, { current }, request, reply)
}

async function renew(
  state: TransactionState,
  entry: TransactionEntry,
  request: InitRequest,
  reply: Reply,
): Promise<void> {
  const { current } = entry
  const expected = request.producerId === NO_PRODUCER_ID ? undefined : request.producerEpoch
  const isExpected = expected === undefined || expected === current.producerEpoch
  if (!isEpochExhausted(current.producerEpoch) || !isExpected) return bump(state, entry, request, reply)
  entry.pending = "Empty"
  const allocated = await state.nextProducerId()
  entry.pending = undefined
  if (state.isClosed) return reply(refused(ErrorCode.NotCoordinator))
  if ("errorCode" in allocated) return reply(refused(allocated.errorCode))
  const next: Transaction = {
    ...begun(state, current, request),
    producerId: allocated.producerId,
    previousProducerId: current.producerId,
    producerEpoch: 0,
    lastProducerEpoch: expected === undefined ? NO_PRODUCER_EPOCH : current.producerEpoch,
  }
  write(state, entry, next, reply)
}

function bump(state: TransactionState, entry: TransactionEntry, request: InitRequest, reply: Reply): void {
  const { current } = entry
  const expected = request.producerId === NO_PRODUCER_ID ? undefined : request.producerEpoch
  const next = begun(state, current, request)
  if (expected === undefined) {
    write(
      state,
      entry,
      { ...next, producerEpoch: current.producerEpoch + 1, lastProducerEpoch: NO_PRODUCER_EPOCH },
      reply,
    )
  } else if (current.producerEpoch === NO_PRODUCER_EPOCH || expected === current.producerEpoch) {
    const lastProducerEpoch = current.producerEpoch
    write(state, entry, { ...next, producerEpoch: current.producerEpoch + 1, lastProducerEpoch }, reply)
  } else if (expected === current.lastProducerEpoch) {
    // The answer to the same request was lost: the epoch that it brought stands.
    write(state, entry, next, reply)
  } else {
    reply(refused(ErrorCode.ProducerFenced))
  }
}

function begun(state: TransactionState, current: Transaction, request: InitRequest): Transaction {
  return {
    ...current,
    status: "Empty",
    partitions: noPartitions,
    timeoutMs: request.transactionTimeoutMs,
    startMs: -1,
    lastUpdateMs: state.clock.now(),
    nextProducerId: NO_PRODUCER_ID,
    clientVersion: 0,
  }
}

function write(state: TransactionState, entry: TransactionEntry, next: Transaction, reply: Reply): void {
  state.write(entry, next, (errorCode) => {
    if (errorCode !== ErrorCode.None) reply(refused(errorCode))
    else reply({ errorCode, producerId: next.producerId, producerEpoch: next.producerEpoch })
  })
}
