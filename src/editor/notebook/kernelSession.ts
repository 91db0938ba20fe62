import * as vscode from "vscode"
import type {
  CellOutput,
  ExecuteResult,
  KernelCluster,
  KernelNotifications,
  KernelVariable,
} from "../../contract/kernel"
import type { KernelEnd, KernelProcess } from "../../process/kernel"
import type { ReaderLanguage } from "../readerLanguage"
import type { CellMetadata, LessonMetadata } from "./lessonSerializer"

/** The kernel process of one open lesson, and the cluster that it runs on; both start on first need. */
export class KernelSession implements vscode.Disposable {
  readonly #notebook: vscode.NotebookDocument
  readonly #cluster: () => Promise<KernelCluster>
  readonly #language: ReaderLanguage
  readonly #recorded = new vscode.EventEmitter<KernelNotifications["sequence/recorded"]>()
  /** A cell has recorded a sequence of requests. */
  readonly onDidRecord = this.#recorded.event
  readonly #crashed = new vscode.EventEmitter<KernelEnd>()
  /** The kernel has ended without being asked to. */
  readonly onDidCrash = this.#crashed.event
  readonly #listeners = new Map<string, (output: CellOutput) => void>()
  #starting: Promise<StartedKernel> | undefined
  #restarted = false

  /** @param cluster where the cells run, started where it is not running */
  constructor(notebook: vscode.NotebookDocument, cluster: () => Promise<KernelCluster>, language: ReaderLanguage) {
    this.#notebook = notebook
    this.#cluster = cluster
    this.#language = language
  }

  /** A kernel or a cluster that was there before is gone, and its variables or topics with it: asked once. */
  takeRestarted(): boolean {
    const restarted = this.#restarted
    this.#restarted = false
    return restarted
  }

  /** Starts what is not running yet. Throws a sentence that says what is wrong. */
  async prepare(): Promise<void> {
    const wasStarted = this.#starting
    const cluster = await this.#cluster()
    const started = await this.#starting?.catch(() => undefined)
    if (started && started.key !== keyOf(cluster)) {
      // The kernel's clients know the addresses of a cluster that is gone, or a connection file that was changed.
      await this.restart()
      this.#restarted = true
    }
    if (wasStarted && !this.#starting) this.#restarted = true
    this.#starting ??= this.#start(cluster)
    await this.#starting
  }

  /** Runs one cell; `onOutput` is called as it prints, also for what comes after it has ended. */
  async execute(cell: vscode.NotebookCell, onOutput: (output: CellOutput) => void): Promise<ExecuteResult> {
    const started = await this.#starting
    if (!started) {
      const { KernelEndedError } = await import("../late/processes")
      throw new KernelEndedError({ code: null, isOutOfMemory: false, lastWords: "" })
    }
    const name = cellName(cell)
    this.#listeners.set(name, onOutput)
    const { block } = cell.metadata as Partial<CellMetadata>
    return await started.kernel.request("cell/execute", {
      cell: name,
      kind: cell.document.languageId === "shellscript" ? "shell" : block === "check" ? "check" : "code",
      source: cell.document.getText(),
      language: this.#language.current,
    })
  }

  async emptyTopics(names: readonly string[]): Promise<void> {
    const started = await this.#starting?.catch(() => undefined)
    await started?.kernel.request("topics/empty", { names })
  }

  async variables(): Promise<readonly KernelVariable[]> {
    const started = await this.#starting?.catch(() => undefined)
    return (await started?.kernel.request("kernel/variables", {}).catch(() => undefined))?.variables ?? []
  }

  /** Lets a debugger in, at the address that it resolves to; nobody while the kernel does not run. */
  async openDebugger(): Promise<string | undefined> {
    const started = await this.#starting
    return (await started?.kernel.request("debugger/open", {}))?.url
  }

  async closeDebugger(): Promise<void> {
    const started = await this.#starting?.catch(() => undefined)
    // A kernel that has ended has no debugger left.
    await started?.kernel.request("debugger/close", {}).catch(() => undefined)
  }

  async interrupt(): Promise<void> {
    const started = await this.#starting?.catch(() => undefined)
    started?.kernel.interrupt()
  }

  /** Ends the kernel; the next cell starts a new one, without the variables of the old. */
  async restart(): Promise<void> {
    const starting = this.#starting
    this.#starting = undefined
    this.#listeners.clear()
    const started = await starting?.catch(() => undefined)
    await started?.kernel.stop()
  }

  dispose(): void {
    void this.restart()
    this.#recorded.dispose()
    this.#crashed.dispose()
  }

  async #start(cluster: KernelCluster): Promise<StartedKernel> {
    const { startKernel } = await import("../late/processes")
    const folder = vscode.workspace.getWorkspaceFolder(this.#notebook.uri) ?? vscode.workspace.workspaceFolders?.[0]
    const kernel = startKernel()
    kernel.onRecorded((recording) => this.#recorded.fire(recording))
    kernel.onOutput(({ cell, output }) => this.#listeners.get(cell)?.(output))
    await kernel.request("kernel/configure", {
      lessonId: (this.#notebook.metadata as Partial<LessonMetadata>).id ?? "",
      language: this.#language.current,
      cluster,
      ...(folder?.uri.scheme === "file" && { workspaceFolder: folder.uri.fsPath }),
    })
    const started = { kernel, key: keyOf(cluster) }
    void kernel.ended.then((end) => {
      void this.#starting?.then((current) => {
        // After a restart on purpose, another is there, or none.
        if (current !== started) return
        this.#starting = undefined
        this.#restarted = true
        this.#crashed.fire(end)
      })
    })
    return started
  }
}

interface StartedKernel {
  readonly kernel: KernelProcess
  /** The cluster that it was configured for. */
  readonly key: string
}

function keyOf(cluster: KernelCluster): string {
  return JSON.stringify(cluster)
}

/** The name that a cell has for the kernel: its id, or its document's, which stays while the notebook is open. */
export function cellName(cell: vscode.NotebookCell): string {
  return cell.document.uri.fragment
}
