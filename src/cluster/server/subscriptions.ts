import type { ControlNotifications, SubscribeParams } from "../../contract/control"
import { createMergePatch } from "../../contract/mergePatch"
import type { ClusterSnapshot, QuorumSnapshot } from "../../contract/snapshot"
import { SNAPSHOT_INTERVAL_MS } from "./limits"

/** Where snapshots come from. */
export interface SnapshotSource {
  /** Grows with every change that a snapshot can show. */
  readonly revision: number
  build(params: SubscribeParams): ClusterSnapshot
}

export type ChangeListener = (change: ControlNotifications["cluster/changed"]) => void

interface Subscription {
  readonly params: SubscribeParams
  readonly onChange: ChangeListener
  last: ClusterSnapshot
}

/** A snapshot of a large cluster takes its time: it may use this part of all time at most. */
const MAX_SHARE_OF_TIME = 0.1

/**
 * Tells subscribers what changed, as merge patches, at most 20 a second and less often where snapshots are large.
 * Nothing is built while nothing changed or nobody listens.
 */
export class SnapshotSubscriptions {
  readonly #source: SnapshotSource
  readonly #subscriptions = new Set<Subscription>()
  #timer: NodeJS.Timeout | undefined
  #seen = -1
  #restUntilMs = 0

  constructor(source: SnapshotSource) {
    this.#source = source
  }

  subscribe(
    params: SubscribeParams,
    onChange: ChangeListener,
  ): { revision: number; snapshot: ClusterSnapshot; unsubscribe: () => void } {
    const snapshot = this.#source.build(params)
    const subscription: Subscription = { params, onChange, last: snapshot }
    if (this.#subscriptions.size === 0) this.#seen = this.#source.revision
    this.#subscriptions.add(subscription)
    this.#timer ??= setInterval(() => this.#tell(), SNAPSHOT_INTERVAL_MS).unref()
    const unsubscribe = () => {
      this.#subscriptions.delete(subscription)
      if (this.#subscriptions.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    return { revision: snapshot.revision, snapshot, unsubscribe }
  }

  close(): void {
    clearInterval(this.#timer)
    this.#subscriptions.clear()
  }

  #tell(): void {
    const started = performance.now()
    if (this.#source.revision === this.#seen || started < this.#restUntilMs) return
    this.#seen = this.#source.revision
    for (const subscription of this.#subscriptions) {
      const { params, onChange, last } = subscription
      const next = this.#source.build(params)
      const patch = createMergePatch(last, next) as SnapshotPatch | undefined
      if (patch === undefined || !tells(patch)) continue
      subscription.last = next
      const { revision, atMs } = next
      onChange({ from: last.revision, to: revision, atMs, patch: { ...patch, revision, atMs } })
    }
    this.#restUntilMs = started + (performance.now() - started) / MAX_SHARE_OF_TIME
  }
}

/** A merge patch of a snapshot, as far as it is looked into here. */
type SnapshotPatch = { readonly quorum?: Readonly<Partial<Record<keyof QuorumSnapshot, unknown>>> | null }

/**
 * Whether a patch tells more than that time goes by; one that does carries the rest along. The metadata log grows on a
 * cluster where nothing happens: the active controller writes a NoOpRecord every metadata.max.idle.interval.ms
 * (KIP-835), and the voters follow it.
 */
function tells(patch: SnapshotPatch): boolean {
  return Object.keys(patch).some((name) => {
    if (name === "revision" || name === "atMs") return false
    if (name !== "quorum" || !patch.quorum) return true
    return Object.keys(patch.quorum).some((fact) => fact !== "highWatermark" && fact !== "voters")
  })
}
