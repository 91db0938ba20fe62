import type { ClusterOptions } from "../contract/clusterOptions"
import type { ClusterAddress } from "../contract/control"
import { type Child, forkChild } from "./child"

/** A running cluster process. */
export interface ClusterProcess extends ClusterAddress {
  /** Settles when the process has ended, whyever; `expected` tells whether `stop` asked for it. */
  readonly ended: Promise<{ readonly code: number | null; readonly expected: boolean }>
  /** A clean shutdown: brokers stopped one by one, logs flushed. */
  stop(): Promise<void>
}

export interface StartClusterOptions extends ClusterOptions {
  /** The bundle dist/cluster.js. Default: beside the running bundle. */
  readonly script?: string
}

/** Longer than any start seen: three brokers take under a second, a folder of a million records a few. */
const START_LIMIT_MS = 60_000

/**
 * Starts an embedded cluster in a process of its own, which ends when this one does.
 * Rejects with the process's own sentence (a port in use, a folder in use) when it does not come up.
 */
export async function startCluster(options: StartClusterOptions = {}): Promise<ClusterProcess> {
  const child = forkChild({ bundle: "cluster.js", script: options.script, argv: clusterArguments(options) })
  const address = await firstMessage(child)
  let expected = false
  return {
    ...address,
    ended: child.ended.then((code) => ({ code, expected })),
    stop: async () => {
      expected = true
      child.disconnect()
      await child.ended
    },
  }
}

/** The options of `logbook cluster` that stand for `options`. */
export function clusterArguments(options: ClusterOptions): string[] {
  const argv: string[] = []
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) argv.push(`--${name}`, String(value))
  }
  add("brokers", options.brokers)
  add("controllers", options.controllers)
  add("roles", options.roles)
  add("racks", options.racks?.join(","))
  add("port", options.port)
  add("data", options.data)
  add("profile", options.profile)
  for (const [key, value] of Object.entries(options.configs ?? {})) add("config", `${key}=${value}`)
  for (const listener of options.listeners ?? []) add("listener", listener)
  for (const user of options.users ?? []) add("user", user)
  return argv
}

function firstMessage(child: Child): Promise<ClusterAddress> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill()
      reject(new Error(`The cluster did not start within ${START_LIMIT_MS / 1000} s. ${child.lastWords()}`.trim()))
    }, START_LIMIT_MS)
    child.onceMessage((message) => {
      clearTimeout(timer)
      resolve(message as ClusterAddress)
    })
    void child.ended.then((code) => {
      clearTimeout(timer)
      reject(new Error(child.lastWords() || `The cluster process ended with code ${code} before it was ready.`))
    })
  })
}
