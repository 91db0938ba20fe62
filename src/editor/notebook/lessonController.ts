import * as vscode from "vscode"
import { type CheckOutput, type KernelCluster, type KernelVariable, outputMime } from "../../contract/kernel"
import type { DisplayLanguage } from "../../contract/language"
import type { TraceEntry } from "../../contract/trace"
import type { MessageKey } from "../../l10n/en"
import type { KernelEnd } from "../../process/kernel"
import { ClusterChoices } from "../connection/clusterChoices"
import type { LessonClusters } from "../connection/lessonClusters"
import type { BundledLessons } from "../explorer/bundledLessons"
import type { ReaderLanguage } from "../readerLanguage"
import { CellOutputs } from "./cellOutputs"
import { describeFailure } from "./describeFailure"
import { checksUntouched } from "./exerciseStub"
import { KernelSession } from "./kernelSession"
import { noteItems } from "./noteItems"
import { WholeOutputs } from "./wholeOutputs"

/** An exercise and its check. */
const CHECKED_TOGETHER = 2

/** Runs cells: one at a time per lesson, in the order asked. */
export class LessonController implements vscode.Disposable {
  /** Which cluster each notebook runs on. */
  readonly choices: ClusterChoices
  readonly #clusters: LessonClusters
  readonly #lessons: BundledLessons
  readonly #language: ReaderLanguage
  readonly #sessions = new Map<vscode.NotebookDocument, LessonRun>()
  readonly #ran = new vscode.EventEmitter<{ cell: vscode.NotebookCell; ok: boolean }>()
  /** A cell has ended. */
  readonly onDidRun = this.#ran.event
  readonly #recorded = new vscode.EventEmitter<Recording>()
  /** A cell has recorded a sequence of requests. */
  readonly onDidRecord = this.#recorded.event
  readonly #restarted = new vscode.EventEmitter<vscode.NotebookDocument>()
  /** A kernel was ended on purpose, and its variables with it. */
  readonly onDidRestart = this.#restarted.event
  readonly #whole: WholeOutputs
  /** Of each cell's last run. */
  readonly #outputs = new WeakMap<vscode.NotebookCell, CellOutputs>()
  readonly #subscription: vscode.Disposable

  constructor(clusters: LessonClusters, lessons: BundledLessons, language: ReaderLanguage, state: vscode.Memento) {
    this.#lessons = lessons
    this.#clusters = clusters
    this.#language = language
    this.#whole = new WholeOutputs(language)
    this.choices = new ClusterChoices(state, {
      execute: (cells, notebook, controller) => this.#execute(cells, notebook, controller),
      interrupt: (notebook) => this.#interrupt(notebook),
    })
    this.#subscription = vscode.Disposable.from(
      // Variables hold clients and names of the cluster before.
      this.choices.onDidChange((notebook) => this.restart(notebook)),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => {
        this.#sessions.get(notebook)?.session.dispose()
        this.#sessions.delete(notebook)
      }),
    )
  }

  /** Ends the kernel of a lesson, and what waits to run on it. */
  async restart(notebook: vscode.NotebookDocument): Promise<void> {
    const run = this.#sessions.get(notebook)
    if (!run) return
    run.stopped++
    run.executionOrder = 0
    run.mayRunIn = undefined
    await run.session.restart()
    this.#restarted.fire(notebook)
  }

  /** Makes a lesson's topics anew; nothing while its kernel does not run. */
  async emptyTopics(notebook: vscode.NotebookDocument, names: readonly string[]): Promise<void> {
    await this.#sessions.get(notebook)?.session.emptyTopics(names)
  }

  /** What the cells of a lesson have declared so far; nothing while its kernel does not run. */
  async variables(notebook: vscode.NotebookDocument): Promise<readonly KernelVariable[]> {
    return (await this.#sessions.get(notebook)?.session.variables()) ?? []
  }

  /** Starts the kernel of a lesson where it does not run, and lets a debugger in, at the address that it resolves to. */
  async openDebugger(notebook: vscode.NotebookDocument): Promise<string | undefined> {
    if (!mayRunAnything()) return undefined
    const { session } = this.#runOf(notebook)
    try {
      await prepare(session, this.choices.fileOf(notebook) === undefined)
      return await session.openDebugger()
    } catch (error) {
      const { message } = await describeFailure(error, this.#language.current)
      void vscode.window.showErrorMessage(message)
      return undefined
    }
  }

  async closeDebugger(notebook: vscode.NotebookDocument): Promise<void> {
    await this.#sessions.get(notebook)?.session.closeDebugger()
  }

  dispose(): void {
    this.#subscription.dispose()
    for (const { session } of this.#sessions.values()) session.dispose()
    this.#ran.dispose()
    this.#recorded.dispose()
    this.#whole.dispose()
    this.#restarted.dispose()
    this.choices.dispose()
  }

  async #execute(
    cells: vscode.NotebookCell[],
    notebook: vscode.NotebookDocument,
    controller: vscode.NotebookController,
  ): Promise<void> {
    if (!mayRunAnything()) return
    const run = this.#runOf(notebook)
    if (!(await this.#mayRun(notebook, run))) return
    const stopped = run.stopped
    // VS Code calls again while an earlier batch still runs: the new cells queue behind it.
    // Running everything runs the checks too; those of exercises that the reader has not begun would only fail.
    const isWhole = cells.length > CHECKED_TOGETHER
    // A cell has one execution at a time: what its last run still says must not be in the way.
    const late = cells.flatMap((cell) => this.#outputs.get(cell) ?? [])
    await Promise.all(late.map((outputs) => outputs.close()))
    const executions = cells.map((cell) => controller.createNotebookCellExecution(cell))
    const runThem = async () => {
      for (const execution of executions) {
        const going = run.stopped === stopped && !run.failedBatches.has(executions)
        if (!going) cancel(execution)
        else if (isWhole && (await checksUntouched(execution.cell, this.#lessons)))
          await leaveForLater(execution, this.#language.current)
        else if (!(await this.#executeCell(execution, run, controller))) run.failedBatches.add(executions)
      }
    }
    run.queue = run.queue.then(runThem, runThem)
    await run.queue
  }

  async #executeCell(
    execution: vscode.NotebookCellExecution,
    run: LessonRun,
    controller: vscode.NotebookController,
  ): Promise<boolean> {
    const { cell } = execution
    const stopped = run.stopped
    const order = ++run.executionOrder
    const startedMs = Date.now()
    execution.executionOrder = order
    execution.start(startedMs)
    await execution.clearOutput()
    const startAgain = () => controller.createNotebookCellExecution(cell)
    const outputs = new CellOutputs(execution, { order, startedMs }, this.#whole, startAgain, this.#language)
    this.#outputs.set(cell, outputs)
    const cancelled = execution.token.onCancellationRequested(() => void run.session.interrupt())
    try {
      await prepare(run.session, this.choices.fileOf(cell.notebook) === undefined)
      if (run.session.takeRestarted()) await this.#note(outputs, "cell.restarted")
      // Interrupted while the cluster was starting: the cell was never begun.
      const result =
        run.stopped === stopped ? await run.session.execute(cell, (output) => outputs.add(output)) : undefined
      if (result?.error) await outputs.addError(result.error)
      else if (result?.status !== "ok") await this.#note(outputs, "cell.interrupted")
      return await this.#end(cell, outputs, result?.status === "ok")
    } catch (error) {
      // Restarted on purpose: the kernel's end is no news.
      if (run.stopped !== stopped) await this.#note(outputs, "cell.interrupted")
      else await outputs.addError(await describeFailure(error, this.#language.current))
      return await this.#end(cell, outputs, false)
    } finally {
      cancelled.dispose()
    }
  }

  async #note(outputs: CellOutputs, key: MessageKey): Promise<void> {
    outputs.add({ type: "display", items: await noteItems(key, this.#language.current) })
  }

  async #end(cell: vscode.NotebookCell, outputs: CellOutputs, ok: boolean): Promise<boolean> {
    await outputs.end(ok, Date.now())
    this.#ran.fire({ cell, ok })
    return ok
  }

  /** The kernel ended by itself: one click starts it anew. Not awaited, the message stays until it is closed. */
  #offerRestart(notebook: vscode.NotebookDocument, { isOutOfMemory }: KernelEnd): void {
    const restart = vscode.l10n.t("Restart Kernel")
    const runAll = vscode.l10n.t("Restart and Run All")
    const name = notebook.uri.path.split("/").at(-1) ?? ""
    const reason = isOutOfMemory
      ? vscode.l10n.t("The kernel of {0} has ended: its cells used more memory than it may have.", name)
      : vscode.l10n.t("The kernel of {0} has ended unexpectedly.", name)
    void vscode.window.showErrorMessage(reason, restart, runAll).then(async (picked) => {
      if (picked === restart) await this.#sessions.get(notebook)?.session.prepare()
      if (picked === runAll) await vscode.commands.executeCommand("notebook.execute", notebook.uri)
    })
  }

  async #interrupt(notebook: vscode.NotebookDocument): Promise<void> {
    const run = this.#sessions.get(notebook)
    if (!run) return
    // VS Code goes on with the rest of the batch otherwise.
    run.stopped++
    await run.session.interrupt()
  }

  /** Where cells run on a cluster that others depend on, once per kernel and file; no other asks. */
  async #mayRun(notebook: vscode.NotebookDocument, run: LessonRun): Promise<boolean> {
    const file = this.choices.fileOf(notebook)
    if (file === undefined || run.mayRunIn === file) return true
    // A file that cannot be read is the cell's error, and told below it.
    const connection = await this.choices.read(file).catch(() => undefined)
    if (!connection?.production) return true
    const go = vscode.l10n.t("Run")
    const question = vscode.l10n.t("{0} is a production cluster. Run cells on it?", connection.name)
    const detail = connection.cluster.bootstrap.join(", ")
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, go)) !== go) return false
    run.mayRunIn = file
    return true
  }

  async #clusterOf(notebook: vscode.NotebookDocument): Promise<KernelCluster> {
    const file = this.choices.fileOf(notebook)
    if (file !== undefined) return (await this.choices.read(file)).cluster
    const { bootstrap, control } = await this.#clusters.of(notebook).start()
    return { kind: "embedded", bootstrap: bootstrap.split(","), control, prefix: "", readOnly: false }
  }

  #runOf(notebook: vscode.NotebookDocument): LessonRun {
    const known = this.#sessions.get(notebook)
    if (known) return known
    const session = new KernelSession(notebook, () => this.#clusterOf(notebook), this.#language)
    session.onDidCrash((end) => this.#offerRestart(notebook, end))
    session.onDidRecord((recording) => this.#recorded.fire({ notebook, ...recording }))
    const run: LessonRun = {
      session,
      queue: Promise.resolve(),
      executionOrder: 0,
      stopped: 0,
      mayRunIn: undefined,
      failedBatches: new WeakSet(),
    }
    this.#sessions.set(notebook, run)
    return run
  }
}

export interface Recording {
  readonly notebook: vscode.NotebookDocument
  readonly id: string
  readonly entries: readonly TraceEntry[]
}

/** What belongs to one open lesson while it runs. */
interface LessonRun {
  readonly session: KernelSession
  queue: Promise<void>
  executionOrder: number
  /** How often the reader has stopped it: a batch that began before the last stop does not go on. */
  stopped: number
  /** The production cluster's file that the reader has agreed to. */
  mayRunIn: string | undefined
  readonly failedBatches: WeakSet<readonly vscode.NotebookCellExecution[]>
}

function mayRunAnything(): boolean {
  if (vscode.workspace.isTrusted) return true
  void vscode.window.showInformationMessage(vscode.l10n.t("Cells run only in a workspace that you trust."))
  return false
}

/** The first start takes a second or two: the reader sees what is awaited. */
async function prepare(session: KernelSession, isEmbedded: boolean): Promise<void> {
  const title = isEmbedded ? vscode.l10n.t("Starting the embedded Kafka cluster") : vscode.l10n.t("Starting the kernel")
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => session.prepare())
}

/** The check of an exercise that waits for the reader: neither done nor failed, and nothing in the way of the rest. */
async function leaveForLater(execution: vscode.NotebookCellExecution, language: DisplayLanguage): Promise<void> {
  execution.start()
  const { catalogueLanguage, translate } = await import("../late/lessonFormat")
  const nothingFound: CheckOutput = { results: [] }
  const items = [
    vscode.NotebookCellOutputItem.json(nothingFound, outputMime.check),
    vscode.NotebookCellOutputItem.text(translate(catalogueLanguage(language), "check.waiting")),
  ]
  await execution.replaceOutput(new vscode.NotebookCellOutput(items))
  execution.end(undefined)
}

/** A cell that never began: shown as neither done nor failed. */
function cancel(execution: vscode.NotebookCellExecution): void {
  execution.start()
  execution.end(undefined)
}
