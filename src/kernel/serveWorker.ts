import { createKit } from "../kit/createKit"
import { ProgramContext } from "../kit/programContext"
import type { WorkerMessage, WorkerStart } from "../kit/worker"
import { importFunction } from "./compileCell"
import { createImporter } from "./importModule"
import { createTrackedKafkajs } from "./trackedKafkajs"

/** Runs the function of the kit's `startWorker` in this process, until it is told to end or its parent is gone. */
export function serveWorker(): void {
  process.removeAllListeners("warning")
  // The terminal's Ctrl-C reaches us too; the parent decides.
  process.on("SIGINT", () => {})
  process.once("message", (start: WorkerStart) => void run(start))
}

async function run({ source, data, lessonId, cluster }: WorkerStart): Promise<void> {
  const context = new ProgramContext()
  const host = { lessonId, cluster, current: () => context, record: () => {} }
  const kit = createKit(host)
  const provided = { kit: () => kit, kafkajs: () => createTrackedKafkajs(host) }
  Object.defineProperty(globalThis, importFunction, { value: createImporter(provided, undefined) })
  const end = async (code: number) => {
    await context.close()
    process.exit(code)
  }
  const fail = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    console.error(text)
    say({ type: "failed", error: text })
    void end(1)
  }
  process.once("SIGTERM", () => void end(0))
  // Without a parent nobody can stop us: as dead as after kill -9.
  process.once("disconnect", () => process.exit(0))
  process.once("unhandledRejection", fail)
  process.once("uncaughtException", fail)
  say({ type: "ready" })
  try {
    // A function expression, from the very text of the cell's function.
    const action: unknown = new Function(`return (${source})`)()
    if (typeof action !== "function") throw new TypeError("startWorker takes a function.")
    const scope = Object.create(kit, {
      data: { value: data, enumerable: true },
      post: { value: (message: unknown) => say({ type: "post", message }), enumerable: true },
    })
    await action(scope)
    if (!context.ownsAnything) await end(0)
  } catch (error) {
    fail(error)
  }
}

function say(message: WorkerMessage): void {
  if (process.connected) process.send?.(message)
}
