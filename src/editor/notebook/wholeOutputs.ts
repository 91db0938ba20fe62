import * as vscode from "vscode"
import type { ReaderLanguage } from "../readerLanguage"
import { lessonNotebookType } from "./lessonSerializer"

const SCHEME = "logbook-output"

/** What cells printed that is too long for the notebook: kept while it is open, and opened as a text on demand. */
export class WholeOutputs implements vscode.Disposable {
  readonly #texts = new Map<vscode.NotebookCell, readonly string[]>()
  readonly #changed = new vscode.EventEmitter<void>()
  readonly #disposables: vscode.Disposable

  constructor(language: ReaderLanguage) {
    this.#disposables = vscode.Disposable.from(
      this.#changed,
      language.onDidChange(() => this.#changed.fire()),
      vscode.workspace.onDidChangeNotebookDocument(({ contentChanges }) => {
        for (const cell of contentChanges.flatMap(({ removedCells }) => removedCells)) this.#texts.delete(cell)
      }),
      vscode.workspace.onDidCloseNotebookDocument((notebook) => {
        for (const cell of this.#texts.keys()) if (cell.notebook === notebook) this.#texts.delete(cell)
      }),
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        provideTextDocumentContent: ({ fragment }) => {
          const found = [...this.#texts].find(([cell]) => cell.document.uri.toString() === fragment)
          return found?.[1].join("") ?? ""
        },
      }),
      vscode.notebooks.registerNotebookCellStatusBarItemProvider(lessonNotebookType, {
        onDidChangeCellStatusBarItems: this.#changed.event,
        provideCellStatusBarItems: (cell) => (this.#texts.has(cell) ? openItem(cell, language) : []),
      }),
      vscode.commands.registerCommand("logbook.openOutput", (cell?: vscode.NotebookCell) => this.#open(cell)),
    )
  }

  /** The texts in their order; the array may still grow. */
  keep(cell: vscode.NotebookCell, texts: readonly string[]): void {
    this.#texts.set(cell, texts)
    this.#changed.fire()
  }

  /** The cell runs again. */
  forget(cell: vscode.NotebookCell): void {
    if (this.#texts.delete(cell)) this.#changed.fire()
  }

  dispose(): void {
    this.#disposables.dispose()
  }

  async #open(given: vscode.NotebookCell | undefined): Promise<void> {
    const cell = given ?? [...this.#texts.keys()].at(-1)
    if (!cell) return
    // Another path each time: VS Code asks for the text of an address once.
    const path = `/${vscode.l10n.t("Output of cell {0}", cell.index + 1)} · ${cell.executionSummary?.executionOrder ?? 0}`
    const uri = vscode.Uri.from({ scheme: SCHEME, path, fragment: cell.document.uri.toString() })
    await vscode.window.showTextDocument(uri, { preview: true })
  }
}

async function openItem(
  cell: vscode.NotebookCell,
  language: ReaderLanguage,
): Promise<vscode.NotebookCellStatusBarItem> {
  const { catalogueLanguage, translate } = await import("../late/lessonFormat")
  const text = translate(catalogueLanguage(language.current), "cell.openOutput")
  const item = new vscode.NotebookCellStatusBarItem(`$(go-to-file) ${text}`, vscode.NotebookCellStatusBarAlignment.Left)
  item.command = { command: "logbook.openOutput", title: text, arguments: [cell] }
  item.accessibilityInformation = { label: text }
  return item
}
