/** How soon what was refused is tried again. */
const RETRY_MS = 20
const PATIENCE_MS = 60_000

/** Tries again and again until `action` succeeds; after a minute its last error is thrown. */
export async function until<Result>(action: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await action()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await pause(RETRY_MS)
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** How many seconds it took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1_000
}
