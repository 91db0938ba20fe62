import { connect, type Socket } from "node:net"
import {
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
} from "vscode-jsonrpc/node"
import type { KernelMethods, KernelNotifications } from "../contract/kernel"
import { type ForkOptions, forkChild } from "./child"

export type KernelMethod = keyof KernelMethods

/** A running kernel process: evaluates the cells of one lesson. */
export interface KernelProcess {
  readonly pid: number
  request<M extends KernelMethod>(method: M, params: KernelMethods[M]["params"]): Promise<KernelMethods[M]["result"]>
  onOutput(listener: (output: KernelNotifications["cell/output"]) => void): void
  onRecorded(listener: (recorded: KernelNotifications["sequence/recorded"]) => void): void
  /**
   * Stops the cell that runs, even in an endless loop; its `cell/execute` then answers "interrupted". Does nothing
   * while no cell runs. Resolves when the kernel has taken it.
   */
  interrupt(): Promise<void>
  /** Resolves when the process has ended, with the end of its stderr. */
  readonly ended: Promise<KernelEnd>
  /** Closes the channel, which ends the kernel; kills it when it does not end by itself. */
  stop(): Promise<void>
}

export interface KernelEnd {
  readonly code: number | null
  readonly lastWords: string
  /** Its cells used more memory than it may have. */
  readonly isOutOfMemory: boolean
}

/** The kernel was asked for something, and has ended. */
export class KernelEndedError extends Error {
  override readonly name = "KernelEndedError"
  readonly end: KernelEnd

  constructor(end: KernelEnd) {
    super(obituary(end))
    this.end = end
  }
}

export interface StartKernelOptions extends Partial<Omit<ForkOptions, "bundle">> {
  /** Heap of the kernel. A cell that needs more ends its kernel. Default: {@link MEMORY_LIMIT_MB}. */
  readonly memoryLimitMb?: number
}

/** Room for a lesson's records many times over, and little enough that a runaway cell leaves the machine alone. */
export const MEMORY_LIMIT_MB = 1_024

/** A kernel that evaluates an endless loop cannot see its channel close. */
const END_LIMIT_MS = 1_500

/** Starts a kernel: JSON-RPC over the channel of the forked process. */
export function startKernel(options: StartKernelOptions = {}): KernelProcess {
  const { memoryLimitMb = MEMORY_LIMIT_MB, ...forkOptions } = options
  const nodeOptions = [
    ...(options.nodeOptions ?? []),
    `--max-old-space-size=${memoryLimitMb}`,
    // An interrupt may end a timer's callback in its middle; Node would take the unfinished callback for corruption
    // of its async hook stack and end the process.
    "--no-force-async-hooks-checks",
  ]
  const child = forkChild({ ...forkOptions, nodeOptions, bundle: "kernel.js" })
  const rpc = createMessageConnection(new IPCMessageReader(child.process), new IPCMessageWriter(child.process))
  rpc.listen()
  let lifeline: Socket | undefined
  const ended = child.ended.then((code) => {
    rpc.dispose()
    lifeline?.destroy()
    const lastWords = child.lastWords()
    // V8 aborts the process; what it prints before is a page of addresses.
    const isOutOfMemory = /heap out of memory|Reached heap limit/.test(lastWords)
    return { code, lastWords, isOutOfMemory }
  })
  return {
    pid: child.process.pid ?? -1,
    request: async (method, params) => {
      const result = await ask(rpc, ended, method, params)
      if (isConfigured(result)) lifeline ??= holdLifeline(result.interruptPath)
      return result
    },
    onOutput: (listener) => {
      rpc.onNotification("cell/output", listener)
    },
    onRecorded: (listener) => {
      rpc.onNotification("sequence/recorded", listener)
    },
    interrupt: async () => {
      if (lifeline === undefined) return
      lifeline.write("interrupt\n")
      const taken = new Promise((resolve) => lifeline?.once("data", resolve))
      await Promise.race([taken, ended])
    },
    ended,
    stop: async () => {
      child.disconnect()
      const timer = setTimeout(() => child.kill(), END_LIMIT_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

function isConfigured(result: unknown): result is KernelMethods["kernel/configure"]["result"] {
  return typeof result === "object" && result !== null && "interruptPath" in result
}

/**
 * The connection to the kernel's worker thread: carries interrupts, and its end tells the worker that we are gone,
 * which the main thread in an endless loop would never notice.
 */
function holdLifeline(path: string): Socket {
  const socket = connect(path)
  socket.on("error", () => socket.destroy())
  return socket.unref()
}

function obituary({ code, lastWords, isOutOfMemory }: KernelEnd): string {
  if (isOutOfMemory) {
    return "The kernel has ended: its cells used more memory than it may have. Its variables are lost."
  }
  return `The kernel has ended${code === null ? "" : ` with code ${code}`}. ${lastWords}`.trim()
}

/** What JSON-RPC answers itself when its connection ends: the kernel's own last words say more. */
const goneCodes: ReadonlySet<number> = new Set([ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive])

async function ask<M extends KernelMethod>(
  rpc: MessageConnection,
  ended: KernelProcess["ended"],
  method: M,
  params: KernelMethods[M]["params"],
): Promise<KernelMethods[M]["result"]> {
  const gone = ended.then((end): never => {
    throw new KernelEndedError(end)
  })
  gone.catch(() => {})
  try {
    return await Promise.race([rpc.sendRequest<KernelMethods[M]["result"]>(method, params), gone])
  } catch (error) {
    if (error instanceof ResponseError && !goneCodes.has(error.code)) throw new Error(error.message, { cause: error })
    return gone
  }
}
