import { Session } from "node:inspector"
import { createServer, type Socket } from "node:net"
import { parentPort, workerData } from "node:worker_threads"

/** What the main thread hands to its second thread. */
export interface InterruptThreadData {
  /** Unix socket or named pipe to listen on. */
  readonly path: string
  /** One Int32: how many interrupts the main thread has seen. */
  readonly seen: SharedArrayBuffer
}

/** From the second thread to the main thread. */
export type InterruptMessage = { readonly type: "listening" } | { readonly type: "interrupt"; readonly count: number }

/** A main thread that answers within this time is not stuck and stops its cell by itself. */
const ANSWER_LIMIT_MS = 60

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
    count++
    tell({ type: "interrupt", count })
    // Terminating an idle thread would hit whatever code runs next; only a thread that does not answer is stopped.
    if (isAnswered()) return
    session.post("Runtime.terminateExecution")
    if (isAnswered()) return
    // A debugger holds it at a breakpoint, where what is terminated may be an evaluation of the debugger's own.
    session.post("Debugger.enable")
    session.post("Debugger.resume", { terminateOnResume: true })
    session.post("Debugger.disable")
  }
  const isAnswered = () => {
    Atomics.wait(counter, 0, count - 1, ANSWER_LIMIT_MS)
    return Atomics.load(counter, 0) >= count
  }
  const server = createServer((socket) => serve(socket, interrupt))
  server.listen(path, () => tell({ type: "listening" }))
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
