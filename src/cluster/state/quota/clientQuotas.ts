import type { MetadataImage } from "../metadata/metadataImage"
import { type QuotaKind, quotaEntityKey, quotaKeys } from "./quotaEntity"
import { Rate } from "./rate"

/** Rates that nobody has used for this long are forgotten (Kafka: inactive quota sensors, one hour). */
const IDLE_MS = 3_600_000
/** Above this many rates the idle ones are looked for. */
const RATES_BEFORE_PURGE = 1_000

interface Limit {
  readonly bound: number
  /** Whose requests share one rate. */
  readonly shared: string
}

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
    const limit = this.#limitOf(kind, userOf(principal), clientId)
    if (!limit) return 0
    const usage = this.#usageOf(`${kind} ${limit.shared}`, nowMs)
    usage.rate.record(amount, nowMs)
    return usage.rate.throttleMs(limit.bound, nowMs)
  }

  /** The most specific quota wins (KIP-55): user and client id, user, client id, each before its default. */
  #limitOf(kind: QuotaKind, user: string, clientId: string): Limit | undefined {
    const key = quotaKeys[kind]
    const entities: readonly (readonly [user: string | null | undefined, clientId: string | null | undefined])[] = [
      [user, clientId],
      [user, null],
      [user, undefined],
      [null, clientId],
      [null, null],
      [null, undefined],
      [undefined, clientId],
      [undefined, null],
    ]
    for (const [ofUser, ofClient] of entities) {
      const parts: [string, string | null][] = []
      if (ofUser !== undefined) parts.push(["user", ofUser])
      if (ofClient !== undefined) parts.push(["client-id", ofClient])
      const bound = this.#image.quotas.get(quotaEntityKey(parts))?.get(key)
      if (bound === undefined) continue
      const shared = [ofUser === undefined ? null : user, ofClient === undefined ? null : clientId]
      return { bound, shared: JSON.stringify(shared) }
    }
    return undefined
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

/** Quotas name users, not principals: "alice" for User:alice. */
function userOf(principal: string): string {
  return principal.slice(principal.indexOf(":") + 1)
}
