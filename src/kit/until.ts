import { setTimeout as sleep } from "node:timers/promises"

export interface UntilOptions {
  /** Gives up after this time. Default: a minute. */
  readonly timeoutMs?: number
  /** Between two tries. Default 25 ms. */
  readonly intervalMs?: number
}

/**
 * Only what never comes takes so long: the first group of an Apache Kafka that was just started waits 20 s on a busy
 * machine until __consumer_offsets is made and loaded, and for group.initial.rebalance.delay.ms.
 */
const DEFAULT_TIMEOUT_MS = 60_000

/** What was waited for did not come in time. */
export class UntilError extends Error {
  override readonly name = "TimeoutError"
}

/**
 * Waits until `predicate` gives something true, and gives that back.
 * @throws UntilError after `timeoutMs`; the reason of `signal` when it aborts
 */
export async function waitUntil<T>(
  predicate: () => T | Promise<T>,
  { timeoutMs = DEFAULT_TIMEOUT_MS, intervalMs = 25 }: UntilOptions,
  signal: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    signal.throwIfAborted()
    const value = await predicate()
    if (value) return value
    if (performance.now() >= deadline) {
      throw new UntilError(`Not within ${timeoutMs} ms: ${predicate.toString().replaceAll(/\s+/g, " ").slice(0, 120)}`)
    }
    await sleep(intervalMs, undefined, { signal })
  }
}
