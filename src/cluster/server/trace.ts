import type { TraceEntry, TraceFilter } from "../../contract/trace"
import { DEFAULT_TRACE_ENTRIES, MAX_TRACE_ENTRIES, MAX_TRACES } from "./limits"

/** A trace entry before it has its place in the order. */
export type TraceDraft = Omit<TraceEntry, "sequence">

interface Trace {
  readonly filter: TraceFilter
  readonly limit: number
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
    this.#traces.set(id, { filter, limit: Math.min(Math.max(limit, 1), MAX_TRACE_ENTRIES), entries: [] })
    return id
  }

  /** @returns what was recorded, oldest first, or undefined when no such trace runs */
  stop(id: number): TraceEntry[] | undefined {
    const trace = this.#traces.get(id)
    this.#traces.delete(id)
    return trace?.entries
  }

  record(draft: TraceDraft): void {
    const entry: TraceEntry = { sequence: this.#sequence++, ...draft }
    for (const { filter, limit, entries } of this.#traces.values()) {
      if (entries.length < limit && passes(entry, filter)) entries.push(entry)
    }
  }
}

function passes(entry: TraceEntry, { apis, topics, clientIds, interBroker }: TraceFilter): boolean {
  if (apis && !apis.includes(entry.api)) return false
  if (interBroker !== undefined && entry.interBroker !== interBroker) return false
  if (topics && (entry.topic === undefined || !topics.includes(entry.topic))) return false
  return !clientIds || (entry.clientId !== undefined && clientIds.includes(entry.clientId))
}
