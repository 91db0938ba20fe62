import { Session } from "node:inspector"
import { createServer, type Socket } from "node:net"
import { parentPort, workerData } from "node:worker_threads"

/** What the main thread hands to its second thread. */
export interface InterruptThreadData {
  /** Unix socket or named pipe to listen on. */
  readonly path: string
  /** One Int32: how many interrupts the main thread has carried out. */
  readonly seen: SharedArrayBuffer
}

/** From the second thread to the main thread. */
export type InterruptMessage = { readonly type: "listening" } | { readonly type: "interrupt"; readonly count: number }

/**
 * A main thread that used so much processor time without an answer is in a loop. Time itself says nothing: on a busy
 * machine a thread that is about to answer may wait for its turn much longer.
 */
const BUSY_LIMIT_MS = 60

/** It may also be in a call that waits, or at a breakpoint, and use none. */
const ANSWER_LIMIT_MS = 500

/** What is terminated answers soon, unless a debugger holds it. Too soon does no harm: who is not held is not let go. */
const TERMINATION_LIMIT_MS = 60

/** Between two looks at the time used. */
const LOOK_INTERVAL_MS = 20

/** After the parent is gone, the main thread gets this long to close its clients. */
const SHUTDOWN_LIMIT_MS = 1_500

/**
 * The kernel's second thread: the main thread may be in an endless loop of a cell. It takes interrupts from a socket
 * and stops the main thread by the inspector, which keeps all state; and it ends the process when the parent is gone.
 */
export function runInterruptThread(): void {
  const { path, seen } = workerData as InterruptThreadData
  const session = new Session()
  session.connectToMainThread()
  const counter = new Int32Array(seen)
  let count = 0
  const interrupt = () => {
    const interrupted = ++count
    const ask = () => tell({ type: "interrupt", count: interrupted })
    ask()
    // Terminating an idle thread would hit whatever code runs next; only a thread that does not answer is stopped.
    if (answers(counter, interrupted)) return
    // What was hit may have been the answer itself: it is asked for once more, and given once.
    session.post("Runtime.terminateExecution", ask)
    if (answers(counter, interrupted, TERMINATION_LIMIT_MS)) return
    // A debugger holds it at a breakpoint, where what is terminated may be an evaluation of the debugger's own.
    session.post("Debugger.enable")
    session.post("Debugger.resume", { terminateOnResume: true })
    session.post("Debugger.disable")
  }
  const server = createServer((socket) => serve(socket, interrupt))
  server.listen(path, () => tell({ type: "listening" }))
}

/** Waits until the main thread has carried out so many interrupts; false when it will not by itself. */
function answers(counter: Int32Array, count: number, limitMs = ANSWER_LIMIT_MS): boolean {
  const started = performance.now()
  const before = process.cpuUsage()
  for (;;) {
    const seen = Atomics.load(counter, 0)
    if (seen >= count) return true
    const { user, system } = process.cpuUsage(before)
    const isStuck = (user + system) / 1_000 >= BUSY_LIMIT_MS || performance.now() - started >= limitMs
    if (isStuck) return false
    Atomics.wait(counter, 0, seen, LOOK_INTERVAL_MS)
  }
}

function tell(message: InterruptMessage): void {
  parentPort?.postMessage(message)
}

function serve(socket: Socket, interrupt: () => void): void {
  socket.on("error", () => socket.destroy())
  socket.setEncoding("utf8").on("data", (text: string) => {
    if (!text.includes("interrupt")) return
    interrupt()
    socket.write("taken\n")
  })
  // The parent holds this connection as long as it lives. Its end, however it came, is ours.
  socket.on("close", () => setTimeout(() => process.kill(process.pid, "SIGKILL"), SHUTDOWN_LIMIT_MS))
}
