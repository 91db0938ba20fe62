import { type ChildProcess, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import type { ClusterAddress } from "../../src/contract/control"

const script = join(import.meta.dirname, "..", "..", "dist", "cluster.js")

/** The cluster as a process of the system, which a test may kill as the system does. */
export interface SpawnedCluster {
  readonly address: ClusterAddress
  readonly child: ChildProcess
  /** What it wrote to stderr, line by line. */
  readonly logged: readonly string[]
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>
  /** SIGTERM: a clean shutdown. */
  stop(): Promise<void>
}

/** How a cluster process that did not come up has ended. */
export interface EndedProcess {
  readonly code: number | null
  readonly said: string
}

interface SpawnOptions {
  /** Runs it as another user: root may write anywhere. */
  readonly uid?: number
}

export async function spawnCluster(argv: readonly string[], options: SpawnOptions = {}): Promise<SpawnedCluster> {
  const started = await trySpawning(argv, options)
  if ("said" in started) throw new Error(`The cluster ended with ${started.code}: ${started.said}`)
  return started
}

/** Resolves with the running cluster, or with what it said before it ended. */
export function trySpawning(
  argv: readonly string[],
  options: SpawnOptions = {},
): Promise<SpawnedCluster | EndedProcess> {
  const child = spawn(process.execPath, [script, "--json", ...argv], { stdio: ["ignore", "pipe", "pipe"], ...options })
  const logged: string[] = []
  let tail = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    const lines = (tail + text).split("\n")
    tail = lines.pop() ?? ""
    logged.push(...lines)
  })
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  return new Promise((resolve) => {
    child.stdout.setEncoding("utf8").once("data", (line: string) => {
      const address = JSON.parse(line) as ClusterAddress
      resolve({ address, child, logged, kill: () => end("SIGKILL"), stop: () => end("SIGTERM") })
    })
    void ended.then((code) => resolve({ code, said: [...logged, tail].join("\n").trim() }))
  })
}

/** The most that the process has held in memory; undefined where the system does not say (no /proc). */
export function peakResidentBytes({ child }: SpawnedCluster): number | undefined {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8")
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
  } catch {
    return undefined
  }
}

/** The first of some ports in a row that are free; brokers listen side by side. */
export async function freePorts(count: number, from = 21_000): Promise<number> {
  for (let first = from; first < 60_000; first += count) {
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)))
    if (free.every(Boolean)) return first
  }
  throw new Error("No free ports in a row.")
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once("error", () => resolve(false))
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)))
  })
}

export async function until(condition: () => boolean, limitMs = 60_000): Promise<void> {
  const deadlineMs = Date.now() + limitMs
  while (!condition()) {
    if (Date.now() > deadlineMs) throw new Error(`Not within ${limitMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
