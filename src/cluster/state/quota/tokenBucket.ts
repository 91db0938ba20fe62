/**
 * Tokens that come back at a steady rate up to a burst, and may be overdrawn (Kafka: `TokenBucket`, KIP-599). It begins
 * full; the rate may be another each time.
 */
export class TokenBucket {
  readonly #burstMs: number
  #tokens = Number.POSITIVE_INFINITY
  #updatedMs = 0

  /** @param burstMs what comes back within this time may be spent at once */
  constructor(burstMs: number) {
    this.#burstMs = burstMs
  }

  tokens(ratePerSecond: number, nowMs: number): number {
    const burst = (ratePerSecond * this.#burstMs) / 1000
    const refilled = (ratePerSecond * Math.max(0, nowMs - this.#updatedMs)) / 1000
    this.#tokens = Math.min(burst, this.#tokens + refilled)
    this.#updatedMs = nowMs
    return this.#tokens
  }

  spend(amount: number, ratePerSecond: number, nowMs: number): void {
    this.#tokens = this.tokens(ratePerSecond, nowMs) - amount
  }
}
