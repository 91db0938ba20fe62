/** Time, as everything in the cluster sees it. Virtual in the simulation. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `action` once, at the earliest after `delayMs`. */
  setTimer(delayMs: number, action: () => void): Timer
}

export interface Timer {
  /** After this the action never runs; harmless when it already has. */
  cancel(): void
}

/** Node's timers count in 32 bits; what is later is as good as never. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  setTimer(delayMs: number, action: () => void): Timer {
    const handle = setTimeout(action, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS))
    return { cancel: () => clearTimeout(handle) }
  }
}

/** Waits for so many milliseconds of a clock. */
export function wait(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(delayMs, resolve))
}

/**
 * The clock of one life of one node: skewable, stopped while the process is paused, silent after its death.
 * A timer that came due during a pause fires at the resume, as after SIGCONT.
 */
export class NodeClock implements Clock {
  readonly #base: Clock
  readonly #timers = new Set<Timer>()
  #skewMs: number
  #state: "running" | "paused" | "dead" = "running"
  #overdue: (() => void)[] = []

  constructor(base: Clock, skewMs = 0) {
    this.#base = base
    this.#skewMs = skewMs
  }

  get skewMs(): number {
    return this.#skewMs
  }

  /** The wall clock is set; timers count elapsed time and do not notice. */
  skew(skewMs: number): void {
    this.#skewMs = skewMs
  }

  now(): number {
    return this.#base.now() + this.#skewMs
  }

  setTimer(delayMs: number, action: () => void): Timer {
    if (this.#state === "dead") return { cancel: () => {} }
    let cancelled = false
    const run = () => {
      this.#timers.delete(timer)
      if (cancelled) return
      if (this.#state === "paused") this.#overdue.push(() => cancelled || action())
      else if (this.#state === "running") action()
    }
    const timer = this.#base.setTimer(delayMs, run)
    this.#timers.add(timer)
    return {
      cancel: () => {
        cancelled = true
        timer.cancel()
        this.#timers.delete(timer)
      },
    }
  }

  pause(): void {
    if (this.#state === "running") this.#state = "paused"
  }

  resume(): void {
    if (this.#state !== "paused") return
    this.#state = "running"
    const overdue = this.#overdue
    this.#overdue = []
    for (const action of overdue) action()
  }

  /** The process is gone: none of its timers fires any more. */
  die(): void {
    this.#state = "dead"
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.#overdue = []
  }
}
