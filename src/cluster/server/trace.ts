import type { TraceEntry, TraceFilter } from "../../contract/trace"
import { DEFAULT_TRACE_ENTRIES, MAX_TRACE_ENTRIES, MAX_TRACES } from "./limits"

/** A trace entry before it has its place in the order. */
export type TraceDraft = Omit<TraceEntry, "sequence">

interface Trace {
  readonly filter: TraceFilter
  readonly limit: number
  readonly startedMs: number
  readonly entries: TraceEntry[]
}

/**
 * Keeps what the running traces ask for: the first entries that pass a trace's filter, up to its limit.
 * Costs nothing while no trace runs: callers ask `isRecording` first.
 */
export class TraceRecorder {
  #sequence = 0
  #nextId = 1
  readonly #traces = new Map<number, Trace>()

  get isRecording(): boolean {
    return this.#traces.size > 0
  }

  /** @returns the trace's id, or undefined when too many run already */
  start(filter: TraceFilter = {}, limit = DEFAULT_TRACE_ENTRIES): number | undefined {
    if (this.#traces.size >= MAX_TRACES) return undefined
    const id = this.#nextId++
    const bounded = Math.min(Math.max(limit, 1), MAX_TRACE_ENTRIES)
    this.#traces.set(id, { filter, limit: bounded, startedMs: this.now(), entries: [] })
    return id
  }

  /** The time of entries: finer than a node's clock, as a request and what it leads to share a millisecond. */
  now(): number {
    return performance.timeOrigin + performance.now()
  }

  /**
   * @param open the requests that wait for their answers; what was sent before the trace and is not answered yet has
   *   no part in it
   * @returns what was recorded, in the order of the answers, or undefined when no such trace runs
   */
  stop(id: number, open: readonly TraceDraft[] = []): TraceEntry[] | undefined {
    const trace = this.#traces.get(id)
    this.#traces.delete(id)
    if (!trace) return undefined
    for (const draft of open) {
      if (draft.atMs >= trace.startedMs) addTo(trace, { sequence: this.#sequence++, ...draft })
    }
    return trace.entries
  }

  record(draft: TraceDraft): void {
    const entry: TraceEntry = { sequence: this.#sequence++, ...draft }
    for (const trace of this.#traces.values()) addTo(trace, entry)
  }
}

function addTo({ filter, limit, entries }: Trace, entry: TraceEntry): void {
  if (entries.length < limit && passes(entry, filter)) entries.push(entry)
}

function passes(entry: TraceEntry, { apis, topics, clientIds, interBroker }: TraceFilter): boolean {
  if (apis && !apis.includes(entry.api)) return false
  if (interBroker !== undefined && entry.interBroker !== interBroker) return false
  if (topics && (entry.topic === undefined || !topics.includes(entry.topic))) return false
  return !clientIds || (entry.clientId !== undefined && clientIds.includes(entry.clientId))
}
