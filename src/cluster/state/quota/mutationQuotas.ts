import type { Clock } from "../../clock"
import type { ForwardedFor } from "../../links"
import type { MetadataImage } from "../metadata/metadataImage"
import type { NodeConfig } from "../nodeConfig"
import { findLimit } from "./findLimit"
import { MutationQuota, STRICT_SINCE } from "./mutationQuota"
import { TokenBucket } from "./tokenBucket"

/** Buckets that nobody has used for this long are forgotten (Kafka: inactive quota sensors, one hour). */
const IDLE_MS = 3_600_000
/** Above this many buckets the idle ones are looked for. */
const BUCKETS_BEFORE_PURGE = 1_000

interface QuotaSurroundings {
  readonly image: MetadataImage
  readonly config: NodeConfig
  readonly clock: Clock
}

interface Account {
  readonly bucket: TokenBucket
  usedMs: number
}

/** What clients have used of controller_mutation_rate on this controller (Kafka: `ControllerMutationQuotaManager`). */
export class MutationQuotas {
  readonly #accounts = new Map<string, Account>()

  /** A broker that asks on its own behalf is not bounded. */
  quotaFor(apiKey: number, client: ForwardedFor | undefined, around: QuotaSurroundings): MutationQuota {
    const { image, config, clock } = around
    const strictSince = STRICT_SINCE.get(apiKey)
    if (strictSince === undefined || !client || image.quotas.size === 0) return MutationQuota.unbounded
    const limit = findLimit(image, "mutation", client.principal, client.clientId)
    if (!limit) return MutationQuota.unbounded
    const burstMs =
      config.number("controller.quota.window.num") * config.number("controller.quota.window.size.seconds") * 1000
    const bucket = this.#bucketOf(limit.shared, burstMs, clock.now())
    return new MutationQuota({ bucket, bound: limit.bound, isStrict: client.version >= strictSince, clock })
  }

  #bucketOf(shared: string, burstMs: number, nowMs: number): TokenBucket {
    const account = this.#accounts.get(shared) ?? { bucket: new TokenBucket(burstMs), usedMs: nowMs }
    account.usedMs = nowMs
    this.#accounts.set(shared, account)
    if (this.#accounts.size > BUCKETS_BEFORE_PURGE) this.#purge(nowMs)
    return account.bucket
  }

  #purge(nowMs: number): void {
    for (const [shared, { usedMs }] of this.#accounts) if (nowMs - usedMs > IDLE_MS) this.#accounts.delete(shared)
  }
}
