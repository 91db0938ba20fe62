import * as vscode from "vscode"
import type { KernelCluster } from "../../contract/kernel"
import type { ConnectionFile } from "../../process/connectionFile"
import { lessonNotebookType } from "../notebook/lessonSerializer"

/** A connection file that the reader has added; its own words, so that the toolbar needs no file at start. */
export interface KnownConnection {
  readonly path: string
  readonly name: string
  readonly bootstrap: string
  readonly readOnly: boolean
  readonly production: boolean
}

export interface CellRunner {
  execute(
    cells: vscode.NotebookCell[],
    notebook: vscode.NotebookDocument,
    controller: vscode.NotebookController,
  ): Promise<void>
  interrupt(notebook: vscode.NotebookDocument): Promise<void>
}

const EMBEDDED = "logbook-embedded"
const KEY = "connectionFiles"
const BIND_DELAY_MS = 150

/**
 * Which cluster a lesson's cells run on: the embedded one, or one of a connection file. Each is a controller of VS
 * Code's, which shows the chosen one in the notebook's toolbar, lets the reader switch there, and remembers it.
 */
export class ClusterChoices implements vscode.Disposable {
  readonly #state: vscode.Memento
  readonly #runner: CellRunner
  readonly #embedded: vscode.NotebookController
  readonly #connections = new Map<string, vscode.NotebookController>()
  readonly #chosen = new Map<vscode.NotebookDocument, string>()
  /** Notebooks for which VS Code knows a controller. */
  readonly #bound = new Set<vscode.NotebookDocument>()
  readonly #changed = new vscode.EventEmitter<vscode.NotebookDocument>()
  /** The cells of this notebook run somewhere else from now on. */
  readonly onDidChange = this.#changed.event
  readonly #subscriptions: vscode.Disposable

  constructor(state: vscode.Memento, runner: CellRunner) {
    this.#state = state
    this.#runner = runner
    this.#embedded = this.#create(EMBEDDED, vscode.l10n.t("Embedded cluster"))
    this.#embedded.description = vscode.l10n.t("A Kafka cluster inside VS Code")
    for (const connection of this.known) this.#offer(connection)
    for (const notebook of vscode.workspace.notebookDocuments) this.#prefer(notebook)
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidOpenNotebookDocument((notebook) => this.#prefer(notebook)),
      vscode.window.onDidChangeActiveNotebookEditor((editor) => this.#bindSoon(editor)),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => {
        this.#chosen.delete(notebook)
        this.#bound.delete(notebook)
      }),
    )
  }

  get known(): readonly KnownConnection[] {
    return this.#state.get<readonly KnownConnection[]>(KEY, [])
  }

  /** The connection file that a notebook's cells run on; undefined where they run on the embedded cluster. */
  fileOf(notebook: vscode.NotebookDocument): string | undefined {
    return this.#chosen.get(notebook)
  }

  /** What the file says now. Throws a sentence where it cannot be used. */
  async read(path: string): Promise<ConnectionFile> {
    const { readConnectionFile } = await import("../late/processes")
    const file = readConnectionFile(path)
    await this.#remember(toKnown(path, file.name, file.production, file.cluster))
    return file
  }

  /** Runs a notebook's cells on another cluster from now on; undefined is the embedded one. */
  async choose(notebook: vscode.NotebookDocument, path: string | undefined): Promise<void> {
    if (path !== undefined) await this.read(path)
    await vscode.window.showNotebookDocument(notebook)
    await select(path === undefined ? EMBEDDED : controllerId(path))
  }

  dispose(): void {
    this.#subscriptions.dispose()
    this.#changed.dispose()
    for (const controller of [this.#embedded, ...this.#connections.values()]) controller.dispose()
  }

  async #remember(connection: KnownConnection): Promise<void> {
    const others = this.known.filter(({ path }) => path !== connection.path)
    await this.#state.update(KEY, [...others, connection])
    this.#offer(connection)
  }

  #offer(connection: KnownConnection): void {
    const { path, bootstrap } = connection
    const controller =
      this.#connections.get(path) ?? this.#create(controllerId(path), connectionLabel(connection), path)
    this.#connections.set(path, controller)
    controller.label = connectionLabel(connection)
    controller.description = bootstrap
    controller.detail = path
  }

  #create(id: string, label: string, path?: string): vscode.NotebookController {
    const controller = vscode.notebooks.createNotebookController(id, lessonNotebookType, label)
    controller.supportedLanguages = ["logbook-typescript", "shellscript"]
    controller.supportsExecutionOrder = true
    controller.executeHandler = (cells, notebook, by) => this.#runner.execute(cells, notebook, by)
    controller.interruptHandler = (notebook) => this.#runner.interrupt(notebook)
    controller.onDidChangeSelectedNotebooks(({ notebook, selected }) => {
      if (!selected) return
      this.#bound.add(notebook)
      this.#take(notebook, path)
    })
    return controller
  }

  #take(notebook: vscode.NotebookDocument, path: string | undefined): void {
    if (this.#chosen.get(notebook) === path) return
    if (path === undefined) this.#chosen.delete(notebook)
    else this.#chosen.set(notebook, path)
    this.#changed.fire(notebook)
  }

  /** What VS Code remembers of a notebook is told a moment after it is in front. */
  #bindSoon(editor: vscode.NotebookEditor | undefined): void {
    if (editor?.notebook.notebookType !== lessonNotebookType) return
    setTimeout(() => void this.#bind(editor), BIND_DELAY_MS)
  }

  /** With several controllers VS Code asks before the first run: the embedded cluster is the one to begin with. */
  async #bind({ notebook }: vscode.NotebookEditor): Promise<void> {
    const isInFront = vscode.window.activeNotebookEditor?.notebook === notebook
    if (this.#connections.size > 0 && isInFront && !this.#bound.has(notebook)) await select(EMBEDDED)
  }

  /** Listed first where the reader chooses. */
  #prefer(notebook: vscode.NotebookDocument): void {
    if (notebook.notebookType !== lessonNotebookType) return
    this.#embedded.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred)
  }
}

/** Selects a controller for the notebook in front, as its toolbar does. */
async function select(id: string): Promise<void> {
  await vscode.commands.executeCommand("notebook.selectKernel", { id, extension: EXTENSION })
}

/** As package.json names it; `notebook.selectKernel` finds controllers by it. */
const EXTENSION = "logbook.logbook-for-apache-kafka"

function controllerId(path: string): string {
  return `logbook-file:${path}`
}

function toKnown(path: string, name: string, production: boolean, cluster: KernelCluster): KnownConnection {
  return { path, name, bootstrap: cluster.bootstrap.join(", "), readOnly: cluster.readOnly, production }
}

/** "orders (production, read-only)" */
export function connectionLabel({ name, readOnly, production }: KnownConnection): string {
  const marks = [
    ...(production ? [vscode.l10n.t("production")] : []),
    ...(readOnly ? [vscode.l10n.t("read-only")] : []),
  ]
  return marks.length === 0 ? name : `${name} (${marks.join(", ")})`
}
