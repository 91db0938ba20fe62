import { spawn } from "node:child_process"
import type { CellRun } from "./cellRun"

/** A shell cell's command failed; its message is what the shell would show. */
export class ShellError extends Error {
  override readonly name = "ShellError"
}

/** Between the request to end and the kill. */
const END_LIMIT_MS = 1_000

/**
 * Runs a `sh run` cell in the reader's shell. It ends with the cell's signal, and all that it started with it.
 * @throws ShellError when it does not exit with 0
 */
export async function runShell(run: CellRun, env: Readonly<Record<string, string>>, cwd?: string): Promise<void> {
  const isWindows = process.platform === "win32"
  const [command, argv] = isWindows
    ? ["powershell.exe", ["-NoProfile", "-Command", run.source]]
    : ["/bin/sh", ["-c", run.source]]
  const child = spawn(command as string, argv as string[], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that what the shell started ends with it.
    detached: !isWindows,
  })
  child.stdout.setEncoding("utf8").on("data", (text: string) => run.output.write("stdout", text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => run.output.write("stderr", text))
  const end = (signal: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null) return
    try {
      if (isWindows) child.kill(signal)
      else process.kill(-child.pid, signal)
    } catch {
      // It ended in between.
    }
  }
  const stop = () => {
    end("SIGTERM")
    setTimeout(() => end("SIGKILL"), END_LIMIT_MS).unref()
  }
  run.signal.addEventListener("abort", stop, { once: true })
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (...ended) => resolve(ended))
  })
  run.signal.removeEventListener("abort", stop)
  if (code !== 0)
    throw new ShellError(signal === null ? `The command ended with exit code ${code}.` : `Ended by ${signal}.`)
}
