import * as vscode from "vscode"
import { cellName } from "./kernelSession"
import type { LessonController } from "./lessonController"
import { lessonNotebookType } from "./lessonSerializer"
import { type CellSource, leadToCells, leadToScripts } from "./mapCellSources"

/** In the configuration of a session of ours: the lesson whose kernel it debugs. */
const notebookProperty = "logbookNotebook"

/** A debugger that has not said within this time that it is there does not hold the cell back any longer. */
const ATTACH_LIMIT_MS = 10_000

/**
 * Debugs cells: VS Code's own JavaScript debugger, attached to a lesson's kernel. It knows files only; a tracker of its
 * messages leads the paths of scripts to cells and back. It stays attached when the cell has ended, as handlers of
 * consumers run on, until the reader stops it or the kernel ends.
 */
export class CellDebugger implements vscode.Disposable {
  readonly #controller: LessonController
  readonly #subscription: vscode.Disposable
  readonly #attached = new Map<vscode.NotebookDocument, Attachment>()

  constructor(controller: LessonController) {
    this.#controller = controller
    this.#subscription = vscode.Disposable.from(
      vscode.debug.registerDebugAdapterTrackerFactory("*", {
        createDebugAdapterTracker: (session) => this.#track(session),
      }),
      vscode.debug.onDidTerminateDebugSession((session) => this.#end(session)),
    )
  }

  /** Attaches a debugger to the lesson's kernel, where none is, and runs the cell. */
  async debug(cell: vscode.NotebookCell): Promise<void> {
    if (cell.document.languageId === "shellscript") {
      void vscode.window.showInformationMessage(vscode.l10n.t("Only cells in TypeScript can be debugged."))
      return
    }
    const url = await this.#controller.openDebugger(cell.notebook)
    if (url === undefined || !(await this.#attach(cell.notebook, url))) return
    const ranges = [{ start: cell.index, end: cell.index + 1 }]
    await vscode.commands.executeCommand("notebook.cell.execute", { ranges, document: cell.notebook.uri })
  }

  dispose(): void {
    this.#subscription.dispose()
  }

  async #attach(notebook: vscode.NotebookDocument, url: string): Promise<boolean> {
    const present = this.#attached.get(notebook)
    if (present?.url === url) return true
    const attachment = new Attachment(url)
    this.#attached.set(notebook, attachment)
    const started = await vscode.debug.startDebugging(
      vscode.workspace.getWorkspaceFolder(notebook.uri),
      configurationOf(notebook, url),
    )
    if (started) await attachment.ready
    else {
      this.#attached.delete(notebook)
      void vscode.window.showErrorMessage(
        vscode.l10n.t(
          "VS Code's JavaScript debugger did not start. Is the extension “JavaScript Debugger” turned off?",
        ),
      )
    }
    return started
  }

  #track(session: vscode.DebugSession): vscode.DebugAdapterTracker | undefined {
    const notebook = notebookOf(session)
    const attachment = notebook && this.#attached.get(notebook)
    if (!attachment) return undefined
    return {
      onWillReceiveMessage: (message) => leadToScripts(message, (uri) => cellAt(notebook, uri)),
      onDidSendMessage: (message) => {
        leadToCells(message, (cell) => sourceOf(notebook, cell))
        if (session.parentSession && message.command === "attach") attachment.setReady()
      },
    }
  }

  #end(session: vscode.DebugSession): void {
    const notebook = notebookOf(session)
    // js-debug makes a session for the attaching, and one below it for the kernel; and the debugger of a kernel that
    // was restarted may end when that of the new one is there.
    if (!notebook || this.#attached.get(notebook)?.url !== session.configuration.websocketAddress) return
    this.#attached.delete(notebook)
    void this.#controller.closeDebugger(notebook)
  }
}

/** The debugger of one kernel. */
class Attachment {
  readonly url: string
  /** Breakpoints are set, and the kernel may run. */
  readonly ready: Promise<void>
  setReady = () => {}

  constructor(url: string) {
    this.url = url
    this.ready = new Promise((resolve) => {
      this.setReady = resolve
      setTimeout(resolve, ATTACH_LIMIT_MS)
    })
  }
}

function configurationOf(notebook: vscode.NotebookDocument, url: string): vscode.DebugConfiguration {
  const { hostname, port } = new URL(url)
  return {
    type: "node",
    request: "attach",
    name: notebook.uri.path.split("/").at(-1) ?? "",
    address: hostname,
    port: Number(port),
    websocketAddress: url,
    // Node, and the kernel itself with kafkajs in it, whose source map is in no package.
    skipFiles: ["<node_internals>/**", "**/dist/kernel.js"],
    sourceMaps: false,
    autoAttachChildProcesses: false,
    internalConsoleOptions: "neverOpen",
    [notebookProperty]: notebook.uri.toString(),
  }
}

function notebookOf(session: vscode.DebugSession): vscode.NotebookDocument | undefined {
  const root = session.parentSession ?? session
  const uri: unknown = root.configuration[notebookProperty]
  return vscode.workspace.notebookDocuments.find(
    (notebook) => notebook.notebookType === lessonNotebookType && notebook.uri.toString() === uri,
  )
}

function cellAt(notebook: vscode.NotebookDocument, uri: string): string | undefined {
  const cell = notebook.getCells().find(({ document }) => document.uri.toString() === uri)
  return cell && cellName(cell)
}

function sourceOf(notebook: vscode.NotebookDocument, name: string): CellSource | undefined {
  const cell = notebook.getCells().find((candidate) => cellName(candidate) === name)
  return cell && { name: vscode.l10n.t("Cell {0}", cell.index + 1), path: cell.document.uri.toString() }
}
