import type { TokenBucket } from "./tokenBucket"

/**
 * Before these versions a client cannot be told THROTTLING_QUOTA_EXCEEDED: what it asks for is done, and the client
 * slowed down after it (KIP-599; Kafka: `ControllerApis`, strictSinceVersion).
 */
export const STRICT_SINCE: ReadonlyMap<number, number> = new Map([
  [19, 6],
  [20, 5],
  [37, 3],
])

export interface MutationQuotaSetup {
  readonly bucket: TokenBucket
  /** Partitions a second. */
  readonly bound: number
  readonly isStrict: boolean
  readonly clock: { now(): number }
}

/**
 * How many partitions one request may still create or delete (Kafka: `StrictControllerMutationQuota`,
 * `PermissiveControllerMutationQuota`).
 */
export class MutationQuota {
  static readonly unbounded = new MutationQuota(undefined)
  readonly #setup: MutationQuotaSetup | undefined
  #throttledUntilMs = 0

  constructor(setup: MutationQuotaSetup | undefined) {
    this.#setup = setup
  }

  /** Counts partitions; false when they must not be touched, as the quota was used up before. */
  take(partitions: number): boolean {
    if (!this.#setup) return true
    const { bucket, bound, isStrict, clock } = this.#setup
    const nowMs = clock.now()
    const isUsedUp = isStrict && bucket.tokens(bound, nowMs) < 0
    if (!isUsedUp) bucket.spend(partitions, bound, nowMs)
    const tokens = bucket.tokens(bound, nowMs)
    // A strict quota lets the first request through that overdraws it, and does not slow it down.
    if (tokens < 0 && (isUsedUp || !isStrict)) this.#throttledUntilMs = nowMs + Math.round((-tokens / bound) * 1000)
    return !isUsedUp
  }

  /** How long the client is to wait, from now on. */
  get throttleTimeMs(): number {
    return this.#setup ? Math.max(0, this.#throttledUntilMs - this.#setup.clock.now()) : 0
  }
}
