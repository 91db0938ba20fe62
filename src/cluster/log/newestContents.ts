import type { OffsetContent } from "../../contract/snapshot"
import { ProtocolError } from "../../protocol/protocolError"
import * as batch from "../../protocol/recordBatch"
import type { ReadableLog } from "./readableLog"

/** So many offsets at the end of a log are told apart: more than any picture shows. */
export const NEWEST_OFFSETS = 32

/** What one look reads at a time; of larger batches one. */
const READ_BYTES = 1 << 16

/** Larger batches are not opened: a look comes many times a second, and nobody counts the values of so many records. */
const OPENED_BYTES = READ_BYTES

/** What is kept of a batch. */
interface SeenBatch {
  readonly first: number
  readonly last: number
  /** Of a transaction; -1 for any other batch. */
  readonly producerId: number
  readonly marker: "abort" | "commit" | undefined
  /** What compaction has left of it; undefined: every offset has its record. */
  readonly left: ReadonlySet<number> | undefined
  /** The offsets of records whose value is null. */
  readonly withoutValue: ReadonlySet<number>
}

/**
 * What stands at the newest offsets of one log: records, what a transaction left open or aborted, markers, gaps. Only
 * what was appended since the last look is read, mostly from the tail cache.
 */
export class NewestContents {
  readonly #log: ReadableLog
  #batches: SeenBatch[] = []
  #seenTo = 0
  #rewrites = -1

  constructor(log: ReadableLog) {
    this.#log = log
  }

  /** As runs by their first offset, up to the log end; undefined while the log cannot be read. */
  runs(lastStableOffset: number): Record<string, OffsetContent> | undefined {
    this.#readOn()
    if (this.#log.failure) return undefined
    const first = this.#firstOffset
    const contents = this.#contents(first, lastStableOffset)
    const runs: Record<string, OffsetContent> = {}
    contents.forEach((content, index) => {
      if (content !== contents[index - 1]) runs[first + index] = content
    })
    return runs
  }

  get #firstOffset(): number {
    return Math.max(this.#log.logStartOffset, this.#log.logEndOffset - NEWEST_OFFSETS)
  }

  #readOn(): void {
    const { rewrites, logEndOffset } = this.#log
    if (rewrites !== this.#rewrites) {
      this.#batches = []
      this.#seenTo = 0
      this.#rewrites = rewrites
    }
    const first = this.#firstOffset
    for (let next = Math.max(this.#seenTo, first); next < logEndOffset; ) {
      const bytes = this.#log.read(next, READ_BYTES)
      // Compaction may have left nothing up to the end.
      if (bytes.length === 0) break
      for (let at = 0; at < bytes.length; at += batch.batchSize(bytes, at)) {
        this.#batches.push(seen(bytes, at))
        next = batch.lastOffset(bytes, at) + 1
      }
    }
    this.#seenTo = logEndOffset
    this.#batches = this.#batches.filter(({ last }) => last >= first)
  }

  /** From the end: the first marker met of a producer is the one that decides about its records before. */
  #contents(first: number, lastStableOffset: number): OffsetContent[] {
    const contents = new Array<OffsetContent>(this.#log.logEndOffset - first).fill("compacted")
    const verdicts = new Map<number, "abort" | "commit">()
    for (const seenBatch of this.#batches.toReversed()) {
      const { marker, producerId } = seenBatch
      if (marker) verdicts.set(producerId, marker)
      for (let offset = Math.max(seenBatch.first, first); offset <= seenBatch.last; offset++) {
        if (seenBatch.left && !seenBatch.left.has(offset)) continue
        contents[offset - first] = contentAt(offset, seenBatch, verdicts.get(producerId), lastStableOffset)
      }
    }
    return contents
  }
}

function contentAt(
  offset: number,
  { marker, producerId, withoutValue }: SeenBatch,
  verdict: "abort" | "commit" | undefined,
  lastStableOffset: number,
): OffsetContent {
  if (marker) return marker === "commit" ? "commitMarker" : "abortMarker"
  if (producerId >= 0 && verdict === "abort") return "aborted"
  // No open transaction lies below the last stable offset: this one's commit marker was compacted away.
  if (producerId >= 0 && verdict === undefined && offset >= lastStableOffset) return "open"
  return withoutValue.has(offset) ? "noValue" : "record"
}

function seen(bytes: Buffer, at: number): SeenBatch {
  const first = batch.baseOffset(bytes, at)
  const last = batch.lastOffset(bytes, at)
  const marker = batch.endTransactionMarker(bytes, at)?.type
  const isWhole = batch.recordCount(bytes, at) === last - first + 1
  const isOpened = !isWhole || (marker === undefined && batch.batchSize(bytes, at) <= OPENED_BYTES)
  const records = isOpened ? recordsOf(bytes, at) : []
  return {
    first,
    last,
    producerId: batch.isTransactional(bytes, at) ? batch.producerId(bytes, at) : batch.noProducer,
    marker,
    left: isWhole ? undefined : new Set(records.map(({ offset }) => offset)),
    withoutValue: new Set(records.flatMap(({ offset, value }) => (value === null ? [offset] : []))),
  }
}

/** None where they cannot be read: a leader takes a batch whose records it did not have to open. */
function recordsOf(bytes: Buffer, at: number): readonly batch.DecodedRecord[] {
  if (batch.recordCount(bytes, at) === 0) return []
  try {
    return batch.decodeRecords(bytes.subarray(at, at + batch.batchSize(bytes, at)))
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) throw thrown
    return []
  }
}
