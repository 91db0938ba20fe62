import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { type CheckOutput, outputMime } from "../../../src/contract/kernel"
import { until } from "./page"
import type { Theme } from "./themes"

export interface Scenario {
  readonly folder: string
  /** The folder that screenshots and measurements go to. */
  readonly results?: string
  /** What the reader has chosen to read, where the test depends on it. */
  readonly language?: "en" | "zh" | "zh-tw"
  /** Which lessons to look at, by the beginning of their names, and how. */
  readonly look?: { readonly lesson?: string; readonly language?: string; readonly theme?: Theme }
  /** The lesson that the window opens on. */
  readonly file: string
}

export function scenario(): Scenario {
  return JSON.parse(process.env.LOGBOOK_SCENARIO ?? "{}") as Scenario
}

/** Without a question about what was typed. */
export async function closeEditors(): Promise<void> {
  await until("no editor", async () => {
    if (vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0)) return true
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
    return false
  })
}

/** The notebook that shows the file, once VS Code has opened it. */
export async function openedNotebook(file: string): Promise<vscode.NotebookEditor> {
  const find = () => vscode.window.visibleNotebookEditors.find(({ notebook }) => notebook.uri.fsPath === file)
  if (!find()) await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(file), "logbook-lesson")
  return await until(`the notebook of ${file}`, find, 60_000)
}

/** A lesson of the suite's own, written beside the others and opened. */
export async function openedLesson(name: string, text: string): Promise<vscode.NotebookEditor> {
  const file = join(scenario().folder, name)
  writeFileSync(file, text)
  return await openedNotebook(file)
}

export function codeCells(notebook: vscode.NotebookDocument): vscode.NotebookCell[] {
  return notebook.getCells().filter((cell) => cell.kind === vscode.NotebookCellKind.Code)
}

/** Runs the whole notebook by its own Run All; answers when every cell has ended. */
export async function runAll(editor: vscode.NotebookEditor): Promise<void> {
  await vscode.window.showNotebookDocument(editor.notebook)
  await vscode.commands.executeCommand("notebook.execute")
}

/** The code cells that have not run to their end, or failed; not the checks of exercises that nobody has begun. */
export function unsuccessfulCells(notebook: vscode.NotebookDocument): vscode.NotebookCell[] {
  return codeCells(notebook).filter((cell) => cell.executionSummary?.success !== true && !waitsForExercise(cell))
}

function waitsForExercise({ outputs, executionSummary }: vscode.NotebookCell): boolean {
  const check = outputs.flatMap(({ items }) => items).find(({ mime }) => mime === outputMime.check)
  if (!check || executionSummary?.success !== undefined) return false
  return (JSON.parse(new TextDecoder().decode(check.data)) as CheckOutput).results.length === 0
}

/** Runs some cells of the open notebook, as a click on their run button does. */
export async function runCell(editor: vscode.NotebookEditor, cell: vscode.NotebookCell): Promise<void> {
  await vscode.window.showNotebookDocument(editor.notebook)
  const range = { start: cell.index, end: cell.index + 1 }
  await vscode.commands.executeCommand("notebook.cell.execute", { ranges: [range], document: editor.notebook.uri })
}

/** Replaces the whole source of a cell, as typing does. */
export async function writeCell(cell: vscode.NotebookCell, source: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit()
  const end = cell.document.lineAt(cell.document.lineCount - 1).range.end
  edit.replace(cell.document.uri, new vscode.Range(new vscode.Position(0, 0), end), source)
  await vscode.workspace.applyEdit(edit)
}

/** Adds a code cell, at the end where no place is given, and answers it. */
export async function addCell(
  notebook: vscode.NotebookDocument,
  source: string,
  at = notebook.cellCount,
): Promise<vscode.NotebookCell> {
  const data = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, source, "logbook-typescript")
  const edit = new vscode.WorkspaceEdit()
  edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(at, [data])])
  await vscode.workspace.applyEdit(edit)
  return notebook.cellAt(at)
}

/** What a cell shows, as one text. */
export function outputText(cell: vscode.NotebookCell): string {
  const decoder = new TextDecoder()
  return cell.outputs
    .map((output) => {
      const items = output.items.filter(({ mime }) => !mime.startsWith("image/"))
      // Several items of one output are several forms of the same thing: the plainest says enough.
      const plain = items.find(({ mime }) => /text\/plain|stdout|stderr|error/.test(mime)) ?? items[0]
      return plain ? decoder.decode(plain.data) : ""
    })
    .join("")
}

/** A file's bytes, a character each: any difference shows as itself. */
export function fileBytes(file: string): string {
  return readFileSync(file).toString("latin1")
}

/** Scrolls to the first live diagram. */
export function revealLive(editor: vscode.NotebookEditor): void {
  const cell = editor.notebook.getCells().find((each) => each.document.getText().includes("```live"))
  if (!cell) throw new Error("The lesson has no live diagram.")
  const range = new vscode.NotebookRange(cell.index, cell.index + 1)
  editor.revealRange(range, vscode.NotebookEditorRevealType.AtTop)
}
