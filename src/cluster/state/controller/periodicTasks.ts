import type { Clock, Timer } from "../../clock"

/** Something that the active controller does again and again (Kafka: PeriodicTask). */
export interface PeriodicTask {
  readonly periodMs: number
  /** True: there is more to do than one round does. */
  readonly run: () => boolean
}

/** How soon a task goes on that was not done (Kafka: PeriodicTask.DEFAULT_IMMEDIATE_PERIOD_NS). */
const NEXT_ROUND_MS = 10

/** The tasks of a controller, while it is the active one (Kafka: PeriodicTaskControlManager). */
export class PeriodicTasks {
  readonly #clock: Clock
  readonly #timers = new Map<PeriodicTask, Timer>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Each task runs for the first time when its period is over. */
  start(tasks: readonly PeriodicTask[]): void {
    for (const task of tasks) this.#schedule(task, task.periodMs)
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }

  #schedule(task: PeriodicTask, delayMs: number): void {
    const timer = this.#clock.setTimer(delayMs, () => {
      const isMoreLeft = task.run()
      // What it did may have cost this controller its place.
      if (this.#timers.get(task) === timer) this.#schedule(task, isMoreLeft ? NEXT_ROUND_MS : task.periodMs)
    })
    this.#timers.set(task, timer)
  }
}
