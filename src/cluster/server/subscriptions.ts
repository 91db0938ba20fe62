import type { ControlNotifications, SubscribeParams } from "../../contract/control"
import { createMergePatch } from "../../contract/mergePatch"
import type { ClusterSnapshot } from "../../contract/snapshot"
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
      // Time and revision alone are no change; a patch that holds more carries them along.
      const patch = createMergePatch({ ...last, revision: 0, atMs: 0 }, { ...next, revision: 0, atMs: 0 })
      if (patch === undefined) continue
      subscription.last = next
      const { revision, atMs } = next
      onChange({ from: last.revision, to: revision, atMs, patch: { ...(patch as object), revision, atMs } })
    }
    this.#restUntilMs = started + (performance.now() - started) / MAX_SHARE_OF_TIME
  }
}
