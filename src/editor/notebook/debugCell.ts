import * as vscode from "vscode"
import type { CellDebugger } from "./cellDebugger"
import type { LessonController } from "./lessonController"
import { lessonNotebookType } from "./lessonSerializer"

/** The command that runs a cell under a debugger: the one it is asked for, else the one in front. */
export function registerDebugCell(controller: LessonController): vscode.Disposable {
  let debuggers: Promise<CellDebugger> | undefined
  const command = vscode.commands.registerCommand("logbook.debugCell", async (argument?: unknown) => {
    const cell = isCell(argument) ? argument : activeCell()
    if (!cell) return
    debuggers ??= import("../late/debugging").then(({ CellDebugger }) => new CellDebugger(controller))
    await (await debuggers).debug(cell)
  })
  return vscode.Disposable.from(command, { dispose: () => void debuggers?.then((made) => made.dispose()) })
}

/** Menus of cells hand the cell to a command; the palette and keys hand nothing. */
function isCell(argument: unknown): argument is vscode.NotebookCell {
  return typeof argument === "object" && argument !== null && "notebook" in argument && "document" in argument
}

function activeCell(): vscode.NotebookCell | undefined {
  const editor = vscode.window.activeNotebookEditor
  if (editor?.notebook.notebookType !== lessonNotebookType) return undefined
  return editor.notebook.cellAt(editor.selection.start)
}
