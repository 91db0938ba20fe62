import type { MetadataImage } from "../metadata/metadataImage"
import { findLimit } from "./findLimit"
import { type QuotaKind, quotaEntityKey, quotaKeys } from "./quotaEntity"
import { Rate } from "./rate"

/** Rates that nobody has used for this long are forgotten (Kafka: inactive quota sensors, one hour). */
const IDLE_MS = 3_600_000
/** Above this many rates the idle ones are looked for. */
const RATES_BEFORE_PURGE = 1_000

interface Usage {
  readonly rate: Rate
  usedMs: number
}

/** What one broker's clients have used of their quotas (Kafka: ClientQuotaManager). Quotas are per broker. */
export class ClientQuotas {
  readonly #image: MetadataImage
  readonly #usages = new Map<string, Usage>()

  constructor(image: MetadataImage) {
    this.#image = image
  }

  get areSet(): boolean {
    return this.#image.quotas.size > 0
  }

  /** Records a new connection; gives how long it has to wait (KIP-612). */
  recordConnection(host: string, nowMs: number): number {
    if (!this.areSet) return 0
    const key = quotaKeys.connection
    const ofHost = this.#image.quotas.get(quotaEntityKey([["ip", host]]))?.get(key)
    const bound = ofHost ?? this.#image.quotas.get(quotaEntityKey([["ip", null]]))?.get(key)
    if (bound === undefined) return 0
    const { rate } = this.#usageOf(`connection ${host}`, nowMs)
    rate.record(1, nowMs)
    return rate.throttleMs(bound, nowMs)
  }

  /** Records what a request used; gives the milliseconds by which its client is to be slowed down. */
  record(kind: QuotaKind, principal: string, clientId: string, amount: number, nowMs: number): number {
    if (!this.areSet || amount === 0) return 0
    const limit = findLimit(this.#image, kind, principal, clientId)
    if (!limit) return 0
    const usage = this.#usageOf(`${kind} ${limit.shared}`, nowMs)
    usage.rate.record(amount, nowMs)
    return usage.rate.throttleMs(limit.bound, nowMs)
  }

  #usageOf(name: string, nowMs: number): Usage {
    const usage = this.#usages.get(name) ?? { rate: new Rate(), usedMs: nowMs }
    usage.usedMs = nowMs
    this.#usages.set(name, usage)
    if (this.#usages.size > RATES_BEFORE_PURGE) this.#purge(nowMs)
    return usage
  }

  #purge(nowMs: number): void {
    for (const [name, { usedMs }] of this.#usages) {
      if (nowMs - usedMs > IDLE_MS) this.#usages.delete(name)
    }
  }
}
