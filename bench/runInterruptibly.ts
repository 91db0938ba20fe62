/** How long what was started may take to stop before the benchmark ends without it. */
const STOP_LIMIT_MS = 30_000

/**
 * Runs a benchmark. However it ends (done, failed, Ctrl-C), everything that it has put into `stops` is stopped, and the
 * exit code says whether it was done.
 */
export function runInterruptibly(bench: (stops: Set<() => Promise<void>>) => Promise<void>): void {
  const stops = new Set<() => Promise<void>>()
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => reject(new Error(`Interrupted by ${signal}.`)))
    }
  })
  Promise.race([bench(stops), interrupted])
    .catch((error: unknown) => {
      process.exitCode = 1
      process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`)
    })
    .then(async () => {
      setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
      await Promise.allSettled([...stops].map((stop) => stop()))
      // Clients of a cluster that is gone would try again for minutes.
      process.exit()
    })
}
