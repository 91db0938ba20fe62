import type { Clock } from "../../clock"
import { type Random, randomInteger } from "../../random"
import { type Fetcher, FetchSession } from "./fetchSession"

/** Kafka: FetchSession.MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS. */
const EVICTION_MS = 120_000

/** The fetch sessions of one broker (KIP-227; Kafka: FetchSessionCache). */
export class FetchSessions {
  readonly #clock: Clock
  readonly #random: Random
  /** Kafka: max.incremental.fetch.session.cache.slots. */
  readonly #maxSessions: number
  readonly #sessions = new Map<number, FetchSession>()

  constructor(clock: Clock, random: Random, maxSessions: number) {
    this.#clock = clock
    this.#random = random
    this.#maxSessions = maxSessions
  }

  find(id: number): FetchSession | undefined {
    return this.#sessions.get(id)
  }

  /** For so many partitions. Without a number when there is no room: the fetcher then names everything each time. */
  begin(fetcher: Fetcher, size: number): FetchSession {
    const isFull = this.#sessions.size >= this.#maxSessions
    if (isFull && !this.#evictFor(fetcher.replicaId >= 0, size)) return this.once(fetcher)
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

  /**
   * A session that is silent for long goes; else one that is of less use than the new one: a consumer's for a
   * follower's, one of fewer partitions if it is not young (Kafka: FetchSessionCacheShard.tryEvict).
   */
  #evictFor(isPrivileged: boolean, size: number): boolean {
    const now = this.#clock.now()
    let oldest: FetchSession | undefined
    let least: FetchSession | undefined
    for (const session of this.#sessions.values()) {
      if (!oldest || session.lastFetchMs < oldest.lastFetchMs) oldest = session
      const isSafe = now - session.beganMs <= EVICTION_MS && (session.isPrivileged || !isPrivileged)
      if (!isSafe && (!least || compareUse(session, least) < 0)) least = session
    }
    const isSilent = oldest !== undefined && now - oldest.lastFetchMs > EVICTION_MS
    const evicted = isSilent ? oldest : least
    if (!evicted || (!isSilent && compareUse({ isPrivileged, size }, evicted) < 0)) return false
    this.end(evicted.id)
    return true
  }
}

type Use = Pick<FetchSession, "isPrivileged" | "size">

function compareUse(a: Use, b: Use): number {
  return a.isPrivileged === b.isPrivileged ? a.size - b.size : Number(a.isPrivileged) - Number(b.isPrivileged)
}
