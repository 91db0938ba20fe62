import { applyMergePatch } from "../contract/mergePatch"
import type { ToRenderer } from "../contract/renderer"
import type { ClusterSnapshot } from "../contract/snapshot"

/** Moments that one can step back: at 20 a second, and a few a second on most days, half a minute and more. */
const HISTORY_LENGTH = 600

/** What a page has been told of a cluster. Moments share whatever is the same in both. */
export class ClusterHistory {
  /** As it is now; undefined while no cluster runs. */
  current: ClusterSnapshot | undefined
  /** What it was, oldest first: for stepping back. */
  readonly moments: ClusterSnapshot[] = []

  /** Answers whether the frame could be understood: a change tells nothing to whoever missed what was before. */
  take(message: Extract<ToRenderer, { frame: number }>): boolean {
    if (message.type === "change" && !this.current) return false
    const next = message.type === "change" ? applyMergePatch(this.current, message.patch) : message.snapshot
    this.current = next
    if (!next || next.clusterId !== this.moments.at(-1)?.clusterId) this.moments.length = 0
    if (next) this.moments.push(next)
    if (this.moments.length > HISTORY_LENGTH) this.moments.shift()
    return true
  }
}
