import type {
  CellError,
  CellOutput,
  ExecuteParams,
  ExecuteResult,
  KernelConfiguration,
  KernelVariable,
} from "../contract/kernel"
import { outputMime } from "../contract/kernel"
import type { TraceEntry } from "../contract/trace"
import { createKit } from "../kit/createKit"
import { emptyTopics } from "../kit/emptyTopics"
import { GuardError } from "../kit/guard"
import { inspectValue } from "../kit/inspectValue"
import type { Kit } from "../kit/kit"
import { showValue } from "../kit/showValue"
import { cellScriptUrl } from "../process/cellScript"
import { CellRun, currentRun } from "./cellRun"
import { type CompiledCell, compileCell, importFunction } from "./compileCell"
import { describeError } from "./describeError"
import { type Evaluation, Evaluator } from "./evaluator"
import { createImporter } from "./importModule"
import { runShell } from "./runShell"
import { localize, thrownValueText } from "./texts"
import { createTrackedKafkajs } from "./trackedKafkajs"
import { describeVariables } from "./variables"

/** After an await, an interrupted evaluation never answers: its cell ends by itself after this time. */
const INTERRUPT_LIMIT_MS = 250

/** Half of what the process has left ({@link serveKernel}): the rest is for leaving groups all the same. */
const SHUTDOWN_GRACE_MS = 600

/** Runs whose frames in stacks can still be led back to their cell. */
const MAX_REMEMBERED_RUNS = 1_000

/** What the kernel tells its host unasked. */
export interface KernelListener {
  output(cell: string, output: CellOutput): void
  record(id: string, entries: readonly TraceEntry[]): void
}

/** Evaluates the cells of one lesson, one at a time, on this thread's global object. */
export class Kernel {
  readonly #listener: KernelListener
  readonly #evaluator = new Evaluator()
  readonly #runs = new Map<string, CellRun>()
  /** The last run of each cell. */
  readonly #lastRuns = new Map<string, CellRun>()
  readonly #names = new Set<string>()
  readonly #signalNames = new Set<string>()
  #configuration: KernelConfiguration | undefined
  #kit: Kit | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #number = 0
  #current: { readonly run: CellRun; readonly interrupt: () => void } | undefined
  #last: CellRun | undefined

  constructor(listener: KernelListener) {
    this.#listener = listener
  }

  /** The run that text without an owner belongs to. */
  get lastRun(): CellRun | undefined {
    return this.#last
  }

  configure(configuration: KernelConfiguration): void {
    this.#configuration = configuration
    const kit = createKit({
      lessonId: configuration.lessonId,
      cluster: configuration.cluster,
      ...(configuration.withoutFaults && { withoutFaults: true }),
      current: () => this.#owner(),
      record: (id, entries) => this.#listener.record(id, entries),
      workerScript: __filename,
    })
    this.#kit = kit
    const tracked = createTrackedKafkajs({ cluster: configuration.cluster, current: () => this.#owner() })
    const provided = { kit: () => kit, kafkajs: () => tracked }
    define(importFunction, createImporter(provided, configuration.workspaceFolder))
    define("expect", kit.expect)
    define("display", kit.display)
  }

  /** Runs a cell when those before it have ended. Never rejects: what goes wrong is the cell's. */
  execute(params: ExecuteParams): Promise<ExecuteResult> {
    const result = this.#queue.then(() => this.#execute(params))
    this.#queue = result.catch(() => {})
    return result
  }

  /** Stops the cell that runs: its waits, its timers and its clients; its variables stay. */
  interrupt(): void {
    this.#current?.interrupt()
  }

  variables(): KernelVariable[] {
    return describeVariables(this.#names)
  }

  /** Between two cells, as both may use the topics. */
  emptyTopics(names: readonly string[]): Promise<void> {
    const emptied = this.#queue.then(async () => {
      if (this.#kit && this.#last) await emptyTopics(this.#kit, names)
    })
    this.#queue = emptied.catch(() => {})
    return emptied
  }

  /** Closes whatever any cell opened. */
  async shutdown(): Promise<void> {
    await Promise.all([...this.#lastRuns.values()].map((run) => run.stop("the kernel ends", SHUTDOWN_GRACE_MS)))
  }

  /** An error that no code awaited: it belongs to the run whose code caused it. */
  strayError(error: unknown): void {
    const run = currentRun.getStore() ?? this.#last
    if (run === undefined || isAbort(error, run)) return
    if (!run.hasEnded) run.strayErrors.push(error)
    else this.#showError(run, this.#describe(error, run))
  }

  async #execute(params: ExecuteParams): Promise<ExecuteResult> {
    const before = this.#lastRuns.get(params.cell)
    let started = performance.now()
    const run = new CellRun(params, ++this.#number, (output) => this.#listener.output(params.cell, output))
    this.#remember(run)
    let isInterrupted = false
    const interrupted = new Promise<Evaluation>((resolve) => {
      const interrupt = () => {
        isInterrupted = true
        void run.stop("the cell was interrupted")
        setTimeout(() => resolve({ type: "terminated" }), INTERRUPT_LIMIT_MS)
      }
      this.#current = { run, interrupt }
    })
    const evaluate = async (): Promise<Evaluation> => {
      // It may take seconds, in which an interrupt is meant for this run.
      await before?.stop("the cell runs again")
      started = performance.now()
      return isInterrupted ? { type: "terminated" } : currentRun.run(run, () => this.#evaluate(run))
    }
    const evaluation = await Promise.race([evaluate(), interrupted])
    // Rejections that nobody awaited are told at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve))
    this.#current = undefined
    run.hasEnded = true
    const result = this.#conclude(run, isInterrupted ? { type: "terminated" } : evaluation)
    if (result.status === "interrupted" && !isInterrupted) void run.stop("the cell was interrupted")
    run.output.flush()
    return { ...result, ms: Math.round(performance.now() - started) }
  }

  async #evaluate(run: CellRun): Promise<Evaluation> {
    try {
      if (run.kind === "shell") {
        if (this.#configuration?.cluster.readOnly) {
          throw new GuardError("This connection is read-only: what a shell cell writes cannot be held back.")
        }
        await runShell(run, this.#shellEnvironment(), this.#configuration?.workspaceFolder)
        return { type: "value", value: undefined }
      }
      const compiled = compileCell(run.source)
      run.compiled = compiled
      this.#prepareNames(compiled, run)
      const url = cellScriptUrl(run.cell, run.number)
      const evaluation = await this.#evaluator.evaluate(`${compiled.code}\n//# sourceURL=${url}`)
      if (evaluation.type !== "value" || compiled.endsInExpression) return evaluation
      return { type: "value", value: undefined }
    } catch (error) {
      return { type: "error", error }
    }
  }

  #prepareNames({ names, signalNames }: CompiledCell, run: CellRun): void {
    for (const name of names) {
      this.#names.add(name)
      this.#signalNames.delete(name)
      // Some globals (crypto, navigator) are accessors; a cell's own variable of that name is none.
      const property = Object.getOwnPropertyDescriptor(globalThis, name)
      if (property?.configurable && !("value" in property && property.writable)) {
        Object.defineProperty(globalThis, name, { value: undefined, writable: true, configurable: true })
      }
    }
    for (const name of signalNames) this.#signalNames.add(name)
    for (const name of this.#signalNames) Reflect.set(globalThis, name, run.signal)
  }

  #conclude(run: CellRun, evaluation: Evaluation): Omit<ExecuteResult, "ms"> {
    run.showChecks()
    switch (evaluation.type) {
      case "terminated":
        return { status: "interrupted" }
      case "error":
        return { status: "failed", error: this.#describe(evaluation.error, run) }
      case "value": {
        // The boolean of a last expectation says again what its sentence says.
        const isSaid = run.checks.length > 0 && typeof evaluation.value === "boolean"
        if (evaluation.value !== undefined && !isSaid) this.#showValue(run, evaluation.value)
        const [stray] = run.strayErrors
        if (stray !== undefined) return { status: "failed", error: this.#describe(stray, run) }
        const failed = run.checks.find(({ ok }) => !ok)
        if (failed === undefined) return { status: "ok" }
        const message = localize(run.language, failed.text)
        const translations = { message: failed.text }
        return { status: "failed", error: { name: "CheckFailed", message, stack: "", translations } }
      }
    }
  }

  #showValue(run: CellRun, value: unknown): void {
    currentRun.run(run, () => run.display(showValue(value)))
  }

  #showError(run: CellRun, error: CellError): void {
    run.display([
      { mime: outputMime.error, data: JSON.stringify(error) },
      { mime: "text/plain", data: error.stack },
    ])
  }

  #describe(error: unknown, run: CellRun): CellError {
    try {
      return describeError(error, run, (cell, number) => this.#runs.get(`${cell}/${number}`))
    } catch {
      // Its name or its message is a getter that throws in its turn.
      return { name: thrownValueText(run.language), message: inspectValue(error), stack: "" }
    }
  }

  #remember(run: CellRun): void {
    this.#last = run
    this.#lastRuns.set(run.cell, run)
    this.#runs.set(`${run.cell}/${run.number}`, run)
    const [oldest] = this.#runs.keys()
    if (this.#runs.size > MAX_REMEMBERED_RUNS && oldest !== undefined) this.#runs.delete(oldest)
  }

  #owner(): CellRun {
    const run = currentRun.getStore() ?? this.#last
    if (run === undefined) throw new Error("The kit was called before any cell ran.")
    return run
  }

  #shellEnvironment(): Record<string, string> {
    return { KAFKA_BOOTSTRAP: this.#configuration?.cluster.bootstrap.join(",") ?? "" }
  }
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
}

/** What an interrupted run's waits reject with is the interrupt, not an error. */
function isAbort(error: unknown, run: CellRun): boolean {
  return run.signal.aborted && error instanceof Error && (error.name === "AbortError" || error === run.signal.reason)
}
