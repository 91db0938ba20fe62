import timers from "node:timers"
import timersPromises from "node:timers/promises"
import { promisify } from "node:util"
import { currentRun } from "./cellRun"

/**
 * The timers that cells see, on the global object and as node:timers. They are Node's own, and belong to the run that
 * set them: when it is interrupted or run again they stop, and with them a loop that sleeps between its rounds.
 */
export function installCellTimers(): void {
  Object.assign(globalThis, cellTimers)
}

function owned<F extends (...parameters: never[]) => T, T>(set: F, clear: (timer: T) => void, repeats: boolean): F {
  const setOwned = ((...parameters: Parameters<F>): T => {
    const run = currentRun.getStore()
    if (run === undefined) return set(...parameters)
    const [callback, ...rest] = parameters as unknown as [(...values: unknown[]) => unknown, ...never[]]
    const stop = () => clear(timer)
    const called = (...values: unknown[]) => {
      if (!repeats) run.timers.delete(stop)
      return callback(...values)
    }
    const timer = set(...([called, ...rest] as unknown as Parameters<F>))
    run.timers.add(stop)
    return timer
  }) as F
  return setOwned
}

const sleepOwned: typeof timersPromises.setTimeout = (delayMs, value, options) =>
  timersPromises.setTimeout(delayMs, value, withSignal(options))

const cellTimers = {
  setTimeout: Object.assign(owned(timers.setTimeout, timers.clearTimeout, false), {
    [promisify.custom]: sleepOwned,
  }),
  setInterval: owned(timers.setInterval, timers.clearInterval, true),
  setImmediate: Object.assign(owned(timers.setImmediate, timers.clearImmediate, false), {
    [promisify.custom]: timersPromises.setImmediate,
  }),
}

/** What `import … from "node:timers"` and `"node:timers/promises"` give to a cell. */
export const cellTimerModules: Readonly<Record<string, object>> = {
  timers: { ...timers, ...cellTimers },
  "timers/promises": {
    ...timersPromises,
    setTimeout: sleepOwned,
    setInterval: (delayMs?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
      timersPromises.setInterval(delayMs, value, withSignal(options)),
  },
}

function withSignal<O extends { signal?: AbortSignal | undefined }>(options: O | undefined): O {
  const run = currentRun.getStore()
  if (run === undefined) return (options ?? {}) as O
  const signals = options?.signal === undefined ? [run.signal] : [run.signal, options.signal]
  return { ...options, signal: AbortSignal.any(signals) } as O
}
