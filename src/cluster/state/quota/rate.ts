/** Kafka: quota.window.num and quota.window.size.seconds. */
export const DEFAULT_WINDOWS = 11
export const DEFAULT_WINDOW_MS = 1000

interface Window {
  startMs: number
  total: number
}

/** A rate over sliding windows (Kafka: Rate over SampledStat): the running window and those before it. */
export class Rate {
  #windows: Window[] = []

  constructor(
    private readonly windows = DEFAULT_WINDOWS,
    private readonly windowMs = DEFAULT_WINDOW_MS,
  ) {}

  record(amount: number, nowMs: number): void {
    this.#purge(nowMs)
    const last = this.#windows.at(-1)
    if (last && nowMs - last.startMs < this.windowMs) last.total += amount
    else this.#windows.push({ startMs: nowMs, total: amount })
  }

  /** Units a second. */
  perSecond(nowMs: number): number {
    this.#purge(nowMs)
    const total = this.#windows.reduce((sum, window) => sum + window.total, 0)
    return (total * 1000) / this.#spanMs(nowMs)
  }

  /** How long to wait until the rate has come down to `bound` (Kafka: QuotaUtils.throttleTime). 0: it is below. */
  throttleMs(bound: number, nowMs: number): number {
    const observed = this.perSecond(nowMs)
    return observed <= bound ? 0 : Math.round(((observed - bound) / bound) * this.#spanMs(nowMs))
  }

  /** Never less than all windows but the running one: a young rate is not taken for a high one. */
  #spanMs(nowMs: number): number {
    const first = this.#windows[0]
    return Math.max(first ? nowMs - first.startMs : 0, (this.windows - 1) * this.windowMs)
  }

  #purge(nowMs: number): void {
    const oldestMs = nowMs - this.windows * this.windowMs
    while (this.#windows[0] && this.#windows[0].startMs < oldestMs) this.#windows.shift()
  }
}
