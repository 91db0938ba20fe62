import * as batch from "../../protocol/recordBatch"
import type { IndexedAbort } from "./transactionIndex"

interface OngoingAbort {
  readonly abort: IndexedAbort
  /** Whether a batch of the transaction is still in the log. */
  hasBatches: boolean
}

/**
 * What the cleaner knows of transactions while it walks a log (Kafka: `CleanedTransactionMetadata`): records of aborted
 * ones may go, a marker only once all batches of its transaction have gone.
 */
export class CleanerTransactions {
  readonly #committed = new Set<number>()
  readonly #aborted = new Map<number, OngoingAbort>()
  readonly #keepAbort: (abort: IndexedAbort) => void
  /** By first offset; those before `#next` have begun. */
  readonly #aborts: readonly IndexedAbort[]
  #next = 0

  /**
   * `aborts` are all that the log's transaction indexes list; the walk begins at `from`. `keepAbort` is told of those
   * that the cleaned segment's index still needs.
   */
  constructor(aborts: readonly IndexedAbort[], from: number, keepAbort: (abort: IndexedAbort) => void = () => {}) {
    const relevant = aborts.filter(({ lastOffset }) => lastOffset >= from)
    this.#aborts = relevant.sort((left, right) => left.firstOffset - right.firstOffset)
    this.#keepAbort = keepAbort
  }

  /** Whether the batch, control or not, is one that nobody needs: data of an aborted transaction, or a marker of a gone one. */
  mayDiscard(bytes: Buffer, at: number): boolean {
    this.#beginAborts(batch.lastOffset(bytes, at))
    return batch.isControl(bytes, at) ? this.#mayDiscardMarker(bytes, at) : this.#mayDiscardData(bytes, at)
  }

  #beginAborts(offset: number): void {
    for (;;) {
      const abort = this.#aborts[this.#next]
      if (!abort || abort.firstOffset > offset) return
      this.#next++
      if (!this.#aborted.has(abort.producerId)) this.#aborted.set(abort.producerId, { abort, hasBatches: false })
    }
  }

  #mayDiscardData(bytes: Buffer, at: number): boolean {
    if (!batch.isTransactional(bytes, at)) return false
    const producerId = batch.producerId(bytes, at)
    const aborted = this.#aborted.get(producerId)
    if (aborted) {
      aborted.hasBatches = true
      return true
    }
    this.#committed.add(producerId)
    return false
  }

  #mayDiscardMarker(bytes: Buffer, at: number): boolean {
    // An empty control batch was cleaned before.
    if (batch.recordCount(bytes, at) === 0) return true
    const producerId = batch.producerId(bytes, at)
    switch (batch.endTransactionMarker(bytes, at)?.type) {
      case "abort": {
        const aborted = this.#aborted.get(producerId)
        this.#aborted.delete(producerId)
        if (!aborted?.hasBatches) return true
        this.#keepAbort(aborted.abort)
        return false
      }
      case "commit":
        return !this.#committed.delete(producerId)
      case undefined:
        return false
    }
  }
}
