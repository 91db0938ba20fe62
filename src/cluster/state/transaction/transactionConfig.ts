/** Kafka's broker configs that transactions obey; Kafka: TransactionConfig. */
export interface TransactionConfig {
  readonly maxTimeoutMs: number
  readonly abortTimedOutIntervalMs: number
  readonly idExpirationMs: number
  readonly removeExpiredIntervalMs: number
  /** How long a reply waits for its write to be replicated. */
  readonly writeTimeoutMs: number
}

const HOUR_MS = 60 * 60 * 1000

export const defaultTransactionConfig: TransactionConfig = {
  maxTimeoutMs: 15 * 60 * 1000,
  abortTimedOutIntervalMs: 10_000,
  idExpirationMs: 7 * 24 * HOUR_MS,
  removeExpiredIntervalMs: HOUR_MS,
  writeTimeoutMs: 5_000,
}

/** Reads Kafka's config names; what is absent has Kafka's default. */
export function transactionConfigFrom(value: (name: string) => string | undefined): TransactionConfig {
  const number = (name: string, fallback: number) => {
    const text = value(name)
    return text === undefined || text === "" ? fallback : Number(text)
  }
  const base = defaultTransactionConfig
  return {
    maxTimeoutMs: number("transaction.max.timeout.ms", base.maxTimeoutMs),
    abortTimedOutIntervalMs: number(
      "transaction.abort.timed.out.transaction.cleanup.interval.ms",
      base.abortTimedOutIntervalMs,
    ),
    idExpirationMs: number("transactional.id.expiration.ms", base.idExpirationMs),
    removeExpiredIntervalMs: number(
      "transaction.remove.expired.transaction.cleanup.interval.ms",
      base.removeExpiredIntervalMs,
    ),
    writeTimeoutMs: base.writeTimeoutMs,
  }
}
