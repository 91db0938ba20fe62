import type { Clock } from "../clock"
import type { Disk } from "../disk"
import type { FailureLatch } from "./failureLatch"

/** A topic may have ten thousand partitions: so many folders are removed before others get their turn. */
const REMOVED_PER_TURN = 32

/** What the folder of a deleted log is called, whichever log that was (Kafka: `LocalLog.DELETE_DIR_PATTERN`). */
const DOOMED_NAME = /^\S+-\d+\.\S+-delete$/

export interface DoomedFoldersSetup {
  readonly disk: Disk
  /** The log dir. */
  readonly path: string
  readonly clock: Clock
  /** Kafka: log.segment.delete.delay.ms, as it stands when a log is deleted. */
  readonly delayMs: () => number
  readonly latch: FailureLatch
}

/** The folders of deleted logs, until they are removed (Kafka: `LogManager.logsToBeDeleted`). */
export class DoomedFolders {
  readonly #setup: DoomedFoldersSetup
  #due: string[] = []

  constructor(setup: DoomedFoldersSetup) {
    this.#setup = setup
  }

  /** What an earlier life of the broker did not come to remove waits again (Kafka: `LogManager.loadLog`). */
  takeOver(): void {
    const { disk, path, latch } = this.#setup
    for (const name of latch.take(disk.list(path)) ?? []) if (DOOMED_NAME.test(name)) this.add(name)
  }

  add(name: string): void {
    const { clock, delayMs } = this.#setup
    clock.setTimer(delayMs(), () => {
      this.#due.push(name)
      if (this.#due.length === 1) this.#removeDue()
    })
  }

  #removeDue(): void {
    const { disk, path, clock, latch } = this.#setup
    if (latch.failure) return
    for (const name of this.#due.slice(0, REMOVED_PER_TURN)) latch.check(disk.remove(`${path}/${name}`))
    this.#due = this.#due.slice(REMOVED_PER_TURN)
    if (this.#due.length > 0) clock.setTimer(0, () => this.#removeDue())
  }
}
