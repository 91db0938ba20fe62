import type { KernelCluster } from "../contract/kernel"
import { forkChild } from "../process/child"
import type { KitHost } from "./host"

/** A consumer (or anything else) in a process of its own. */
export interface Worker {
  readonly pid: number
  /** What it posted, in order. */
  readonly messages: readonly unknown[]
  onMessage(listener: (message: unknown) => void): void
  /** Ends it at once, as kill -9 does: it leaves no group, commits nothing, says nothing. */
  kill(): Promise<void>
  /** SIGTERM: its handlers finish, offsets are committed, its group is left. */
  stop(): Promise<void>
  /** Settles when it has ended: by itself when its function resolved and it holds nothing open. */
  readonly ended: Promise<{ readonly code: number | null; readonly error?: string }>
}

/** What the worker process is told first, on its channel. */
export interface WorkerStart {
  readonly type: "start"
  readonly source: string
  readonly data: unknown
  readonly lessonId: string
  readonly cluster: KernelCluster
}

/** What the worker process says. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "post"; readonly message: unknown }
  | { readonly type: "failed"; readonly error: string }

const START_LIMIT_MS = 15_000

/** Between the request to end and the kill. */
const STOP_LIMIT_MS = 10_000

/** Forks a process that runs a function's text with `data`; what the function closes over stays here. */
export async function startWorkerProcess(host: KitHost, source: string, data: unknown): Promise<Worker> {
  if (host.workerScript === undefined)
    throw new Error("Workers can only be started where the kit knows its own bundle.")
  const owner = host.current()
  const child = forkChild({
    bundle: "kernel.js",
    script: host.workerScript,
    argv: ["worker"],
    onOutput: (text, stream) => owner.write?.(stream, text),
  })
  const messages: unknown[] = []
  const listeners = new Set<(message: unknown) => void>()
  let error: string | undefined
  let [resolveReady, rejectReady] = [() => {}, (_: Error) => {}]
  const ready = new Promise<void>((resolve, reject) => {
    resolveReady = resolve
    rejectReady = reject
  })
  child.process.on("message", (message: WorkerMessage) => {
    switch (message.type) {
      case "ready":
        return resolveReady()
      case "failed":
        error = message.error
        return
      case "post":
        messages.push(message.message)
        for (const listener of listeners) listener(message.message)
        return
    }
  })
  const ended = child.ended.then((code) => {
    rejectReady(new Error(`The worker ended before it ran. ${child.lastWords()}`.trim()))
    const words = error ?? (code === 0 || code === null ? undefined : child.lastWords())
    return { code, ...(words !== undefined && { error: words }) }
  })
  const stop = async () => {
    child.process.kill("SIGTERM")
    const limit = setTimeout(() => child.kill(), STOP_LIMIT_MS)
    await ended
    clearTimeout(limit)
  }
  owner.own({ close: stop })
  const start: WorkerStart = {
    type: "start",
    source,
    data,
    lessonId: host.lessonId,
    cluster: host.cluster,
  }
  child.process.send(start)
  const limit = setTimeout(() => rejectReady(new Error("The worker did not start in time.")), START_LIMIT_MS)
  await ready.finally(() => clearTimeout(limit))
  return {
    pid: child.process.pid ?? -1,
    messages,
    onMessage: (listener) => {
      listeners.add(listener)
    },
    kill: async () => {
      child.kill()
      await ended
    },
    stop,
    ended,
  }
}
