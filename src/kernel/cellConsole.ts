import { Console } from "node:console"
import { Writable } from "node:stream"
import { type CellRun, currentRun } from "./cellRun"

/**
 * Leads what cells print to the run that printed it, also from callbacks that come long after.
 * @param fallback the run that text without an owner goes to: the last one
 */
export function captureConsole(fallback: () => CellRun | undefined): void {
  const stdout = streamTo("stdout", fallback)
  const stderr = streamTo("stderr", fallback)
  globalThis.console = new Console({ stdout, stderr, colorMode: false, inspectOptions: { depth: 4, breakLength: 100 } })
  process.stdout.write = stdout.write.bind(stdout) as typeof process.stdout.write
  process.stderr.write = stderr.write.bind(stderr) as typeof process.stderr.write
}

function streamTo(name: "stdout" | "stderr", fallback: () => CellRun | undefined): Writable {
  const stream = new Writable({ decodeStrings: false })
  // Writable queues while a write is under way; text must keep its order across runs and go out of endless loops.
  stream.write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    const run = currentRun.getStore() ?? fallback()
    run?.output.write(name, typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"))
    const callback = typeof encoding === "function" ? encoding : done
    if (typeof callback === "function") callback()
    return true
  }) as typeof stream.write
  return stream
}
