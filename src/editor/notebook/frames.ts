import { createMergePatch } from "../../contract/mergePatch"
import type { ToRenderer } from "../../contract/renderer"
import type { ClusterSnapshot } from "../../contract/snapshot"

/** A page whose acknowledgement got lost with its webview must not be waited for. */
export const ACKNOWLEDGE_LIMIT_MS = 2_000

/**
 * What one webview is told of a cluster: first all of it, then what changed. At most one frame is unacknowledged; what
 * comes meanwhile is replaced by the newest.
 */
export class Frames {
  readonly #snapshot: () => ClusterSnapshot | undefined
  readonly #post: (message: ToRenderer) => void
  #frame = 0
  #unacknowledged: { readonly frame: number; readonly sentMs: number } | undefined
  #sent: ClusterSnapshot | undefined | null = null
  #retry: ReturnType<typeof setTimeout> | undefined

  /** `snapshot` is the cluster as it is now; undefined while none runs. */
  constructor(snapshot: () => ClusterSnapshot | undefined, post: (message: ToRenderer) => void) {
    this.#snapshot = snapshot
    this.#post = post
  }

  offer(): void {
    const snapshot = this.#snapshot()
    if (snapshot === this.#sent) return
    const waitMs = this.#unacknowledged ? this.#unacknowledged.sentMs + ACKNOWLEDGE_LIMIT_MS - Date.now() : 0
    if (waitMs > 0) this.#offerLater(waitMs)
    else this.#send(snapshot)
  }

  acknowledge(frame: number): void {
    if (this.#unacknowledged?.frame !== frame) return
    this.#unacknowledged = undefined
    this.offer()
  }

  #send(snapshot: ClusterSnapshot | undefined): void {
    const before = this.#sent
    const isLost = this.#unacknowledged !== undefined
    const frame = ++this.#frame
    this.#sent = snapshot
    this.#unacknowledged = { frame, sentMs: Date.now() }
    // A patch fits only what the page surely has. Of a large cluster it is a thousandth of the whole.
    if (before && snapshot && !isLost) this.#post({ type: "change", frame, patch: createMergePatch(before, snapshot) })
    else this.#post({ type: "frame", frame, snapshot })
  }

  /** Perhaps nothing changes any more that would bring the last change along. */
  #offerLater(waitMs: number): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined
      this.offer()
    }, waitMs)
  }
}
