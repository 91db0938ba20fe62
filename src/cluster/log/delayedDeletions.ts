import type { Clock, Timer } from "../clock"
import { DELETED_SUFFIX, type LogPlace } from "./segmentFiles"

/**
 * Files of a log that nothing needs any more. They keep their bytes for file.delete.delay.ms under the name
 * `….deleted`, as somebody may be reading them still; the next start removes what is left (Kafka:
 * `LocalLog.deleteSegmentFiles`, `LogLoader.removeTempFilesAndCollectSwapFiles`).
 */
export class DelayedDeletions {
  readonly #place: LogPlace
  readonly #clock: Clock
  readonly #delayMs: () => number
  readonly #timers = new Set<Timer>()

  constructor(place: LogPlace, clock: Clock, delayMs: () => number) {
    this.#place = place
    this.#clock = clock
    this.#delayMs = delayMs
  }

  /** Renames files now, and removes them later. */
  doom(names: readonly string[]): void {
    if (names.length === 0) return
    const { disk, folder, latch } = this.#place
    for (const name of names) latch.check(disk.rename(`${folder}/${name}`, `${folder}/${name}${DELETED_SUFFIX}`))
    this.removeLater(() => {
      for (const name of names) latch.check(disk.remove(`${folder}/${name}${DELETED_SUFFIX}`))
    })
  }

  removeLater(remove: () => void): void {
    const timer = this.#clock.setTimer(this.#delayMs(), () => {
      this.#timers.delete(timer)
      if (!this.#place.latch.failure) remove()
    })
    this.#timers.add(timer)
  }

  /** The folder goes elsewhere as a whole: what bears one of its names from now on is not this log's. */
  cancel(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }
}
