import type { Clock } from "../../clock"

interface Session {
  lastContactMs: number
  /** How far the broker has replayed the metadata log. */
  metadataOffset: number
  /** Set while a controlled shutdown waits for the others to learn of it. */
  shutdownOffset: number | undefined
}

/** When each broker was last heard of; kept by the active controller only (Kafka: BrokerHeartbeatManager). */
export class BrokerSessions {
  readonly #sessions = new Map<number, Session>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  touch(brokerId: number, metadataOffset = -1): void {
    const known = this.#sessions.get(brokerId)
    this.#sessions.set(brokerId, {
      lastContactMs: this.#clock.now(),
      metadataOffset: Math.max(metadataOffset, known?.metadataOffset ?? -1),
      shutdownOffset: known?.shutdownOffset,
    })
  }

  /** A new life of the broker: what was known of the last one is void. */
  begin(brokerId: number): void {
    this.#sessions.set(brokerId, { lastContactMs: this.#clock.now(), metadataOffset: -1, shutdownOffset: undefined })
  }

  end(brokerId: number): void {
    this.#sessions.delete(brokerId)
  }

  hasExpired(brokerId: number, sessionTimeoutMs: number): boolean {
    const session = this.#sessions.get(brokerId)
    return session === undefined || this.#clock.now() - session.lastContactMs >= sessionTimeoutMs
  }

  beginShutdown(brokerId: number, offset: number): void {
    const session = this.#sessions.get(brokerId)
    if (session) session.shutdownOffset ??= offset
  }

  shutdownOffset(brokerId: number): number | undefined {
    return this.#sessions.get(brokerId)?.shutdownOffset
  }

  /** The least that any of these brokers has replayed. */
  lowestOffset(brokerIds: readonly number[]): number {
    return Math.min(...brokerIds.map((id) => this.#sessions.get(id)?.metadataOffset ?? -1))
  }
}
