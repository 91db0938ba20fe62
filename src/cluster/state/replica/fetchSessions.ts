import type { Clock } from "../../clock"
import { type Random, randomInteger } from "../../random"
import { type Fetcher, FetchSession } from "./fetchSession"

/** Kafka: max.incremental.fetch.session.cache.slots and FetchSession.MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS. */
const MAX_SESSIONS = 1000
const EVICTION_MS = 120_000

/** The fetch sessions of one broker (KIP-227; Kafka: FetchSessionCache). */
export class FetchSessions {
  readonly #clock: Clock
  readonly #random: Random
  readonly #sessions = new Map<number, FetchSession>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  find(id: number): FetchSession | undefined {
    return this.#sessions.get(id)
  }

  /** Without a number when there is no room: the fetcher then names everything each time. */
  begin(fetcher: Fetcher): FetchSession {
    if (this.#sessions.size >= MAX_SESSIONS && !this.#evict()) return new FetchSession(0, fetcher, this.#clock)
    let id = 0
    while (id === 0 || this.#sessions.has(id)) id = randomInteger(this.#random, 2 ** 31 - 1)
    const session = new FetchSession(id, fetcher, this.#clock)
    this.#sessions.set(id, session)
    return session
  }

  /** For one request only. */
  once(fetcher: Fetcher): FetchSession {
    return new FetchSession(0, fetcher, this.#clock)
  }

  end(id: number): void {
    this.#sessions.get(id)?.close()
    this.#sessions.delete(id)
  }

  #evict(): boolean {
    const oldest = [...this.#sessions.values()].reduce((a, b) => (a.lastFetchMs <= b.lastFetchMs ? a : b))
    if (this.#clock.now() - oldest.lastFetchMs < EVICTION_MS) return false
    this.end(oldest.id)
    return true
  }
}
