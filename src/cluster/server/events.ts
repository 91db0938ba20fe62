import type { ClusterEvent } from "../../contract/control"
import { MAX_EVENTS } from "./limits"

/** The cluster's changes of state in order; the newest `MAX_EVENTS` are kept. */
export class EventLog {
  #events: ClusterEvent[] = []
  #next = 1

  /** Rises with every event. */
  get revision(): number {
    return this.#next
  }

  add(event: Omit<ClusterEvent, "sequence">): void {
    this.#events.push({ sequence: this.#next++, ...event })
    // Trimmed in steps, so that adding stays cheap.
    if (this.#events.length > MAX_EVENTS + MAX_EVENTS / 10) this.#events = this.#events.slice(-MAX_EVENTS)
  }

  /** @param since the last sequence that the caller knows; 0 for all */
  after(since: number): { events: ClusterEvent[]; oldest: number } {
    const events = this.#events.filter(({ sequence }) => sequence > since)
    return { events, oldest: this.#events[0]?.sequence ?? this.#next }
  }
}
