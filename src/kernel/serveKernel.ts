import { mkdtempSync, rmSync } from "node:fs"
import { close, open, url } from "node:inspector"
import { flushCompileCache } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Worker } from "node:worker_threads"
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node"
import type { KernelMethods, KernelNotifications } from "../contract/kernel"
import { captureConsole } from "./cellConsole"
import { installCellTimers } from "./cellTimers"
import type { InterruptMessage, InterruptThreadData } from "./interruptThread"
import { Kernel } from "./kernel"

/** A kernel ends by a signal, when Node keeps nothing: what it has compiled is written while its first cells wait. */
const KEEP_COMPILED_AFTER_MS = 2_000

/** When the parent is gone, clients get this long to say goodbye to their brokers. */
const SHUTDOWN_LIMIT_MS = 1_200

type KernelHandlers = {
  readonly [M in keyof KernelMethods]: (params: KernelMethods[M]["params"]) => Promise<KernelMethods[M]["result"]>
}

/** Serves a kernel over the channel of this forked process; when the channel closes, the process ends. */
export function serveKernel(): void {
  // Warnings are about what the kernel uses (type stripping is "experimental"), never about a cell.
  process.removeAllListeners("warning")
  // For this bundle, not for what cells start.
  delete process.env.NODE_COMPILE_CACHE
  setTimeout(() => flushCompileCache?.(), KEEP_COMPILED_AFTER_MS).unref()
  // The parent asks over the channel; what runs in the terminal with us gets the signal too, and must not end us.
  process.on("SIGINT", () => {})
  const kernel = new Kernel({
    output: (cell, output) => notify("cell/output", { cell, output }),
    record: (id, entries) => notify("sequence/recorded", { id, entries }),
  })
  captureConsole(() => kernel.lastRun)
  installCellTimers()
  process.on("unhandledRejection", (reason) => kernel.strayError(reason))
  process.on("uncaughtException", (error) => kernel.strayError(error))
  const interruptPath = createInterruptPath()
  const listening = startInterruptThread(interruptPath, kernel)
  const end = async () => {
    const limit = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_LIMIT_MS))
    await Promise.race([kernel.shutdown(), limit])
    if (process.platform !== "win32") rmSync(dirname(interruptPath), { recursive: true, force: true })
    // Not exit(): Node would say on stderr that it waits for the second thread's debugger session.
    process.kill(process.pid, "SIGKILL")
  }
  process.once("disconnect", end)
  process.once("SIGTERM", end)

  const rpc = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process))
  const methods: KernelHandlers = {
    "kernel/configure": async (configuration) => {
      kernel.configure(configuration)
      await listening
      return { nodeVersion: process.version, interruptPath }
    },
    "cell/execute": (params) => kernel.execute(params),
    "topics/empty": async ({ names }) => {
      await kernel.emptyTopics(names)
      return {}
    },
    "debugger/open": async () => {
      // Port 0 is any that is free.
      if (url() === undefined) open(0, "127.0.0.1")
      return { url: url() ?? "" }
    },
    "debugger/close": async () => {
      close()
      return {}
    },
    "kernel/variables": async () => ({ variables: kernel.variables() }),
  }
  for (const [method, handler] of Object.entries(methods)) {
    rpc.onRequest<unknown, void>(method, (params) => (handler as (given: unknown) => Promise<unknown>)(params))
  }
  rpc.listen()
}

/** Straight into the channel: a cell in an endless loop never lets a queued message go out. */
function notify<M extends keyof KernelNotifications>(method: M, params: KernelNotifications[M]): void {
  if (process.connected) process.send?.({ jsonrpc: "2.0", method, params }, undefined, undefined, () => {})
}

function createInterruptPath(): string {
  if (process.platform === "win32") return `\\\\.\\pipe\\logbook-kernel-${process.pid}-${Date.now()}`
  // mkdtemp makes a folder that nobody else may enter.
  return join(mkdtempSync(join(tmpdir(), "logbook-kernel-")), "interrupt")
}

function startInterruptThread(path: string, kernel: Kernel): Promise<void> {
  const seen = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const counter = new Int32Array(seen)
  const data: InterruptThreadData = { path, seen }
  const thread = new Worker(__filename, { workerData: data, stdout: true, stderr: true })
  return new Promise((resolve, reject) => {
    thread.once("error", reject)
    thread.on("message", (message: InterruptMessage) => {
      if (message.type === "listening") return resolve()
      if (Atomics.load(counter, 0) >= message.count) return
      kernel.interrupt()
      // Only now: what ends this thread's code in its middle may have hit the line above.
      Atomics.store(counter, 0, message.count)
      Atomics.notify(counter, 0)
    })
  })
}
