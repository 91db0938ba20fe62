import type { TraceEntry, TraceFilter } from "../contract/trace"
import { openControl } from "./faults"
import type { KitHost } from "./host"

export interface RecordOptions extends TraceFilter {
  /** At most so many entries. Default 2,000. */
  readonly limit?: number
}

export interface Sequence {
  /**
   * Runs `action` while the cluster records its requests, for the pictures of that id; gives back what `action` gives.
   * Outside of the embedded cluster the action runs unrecorded.
   */
  record<T>(id: string, action: () => T | Promise<T>, options?: RecordOptions): Promise<T>
  /** What was recorded last under that id. */
  entries(id: string): readonly TraceEntry[]
}

const DEFAULT_LIMIT = 2_000

export function createSequence(host: KitHost): Sequence {
  const recorded = new Map<string, readonly TraceEntry[]>()
  return {
    record: async (id, action, { limit = DEFAULT_LIMIT, ...filter } = {}) => {
      if (host.cluster.control === undefined) return action()
      const control = await openControl(host)
      try {
        const { trace } = await control.request("trace/start", { filter, limit })
        try {
          return await action()
        } finally {
          const { entries } = await control.request("trace/stop", { trace })
          recorded.set(id, entries)
          host.record(id, entries)
        }
      } finally {
        control.close()
      }
    },
    entries: (id) => recorded.get(id) ?? [],
  }
}
