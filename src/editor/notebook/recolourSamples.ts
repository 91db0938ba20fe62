import * as vscode from "vscode"
import { lessonNotebookType } from "./lessonSerializer"

/** The entry of a cell's metadata that is written to have the cell drawn anew: of no worth to anybody, and never kept. */
export const THEME_CHANGES = "themeChanges"

/**
 * Colours the samples in the prose of open lessons anew when the colour theme changes. VS Code writes their colours as
 * numbers into the page when it draws a cell, and after a change the same numbers are other colours (`tokenizedCodeBlock`
 * and `tokenizedStylesChanged` of backLayerWebView.ts). It draws a cell again when its metadata changes (markupCell.ts);
 * an entry that the serializer calls transient makes no document dirty and cannot be undone (notebookTextModel.ts).
 */
export function recolourSamples(): vscode.Disposable {
  let changes = 0
  return vscode.window.onDidChangeActiveColorTheme(async () => {
    changes++
    const edit = new vscode.WorkspaceEdit()
    for (const notebook of vscode.workspace.notebookDocuments) {
      if (notebook.notebookType !== lessonNotebookType) continue
      const edits = notebook
        .getCells()
        .filter(hasSample)
        .map(({ index, metadata }) =>
          vscode.NotebookEdit.updateCellMetadata(index, { ...metadata, [THEME_CHANGES]: changes }),
        )
      if (edits.length > 0) edit.set(notebook.uri, edits)
    }
    await vscode.workspace.applyEdit(edit)
  })
}

/** Our own blocks have their colours from the page's variables, and a solution is not shown. */
function hasSample({ kind, document }: vscode.NotebookCell): boolean {
  if (kind !== vscode.NotebookCellKind.Markup) return false
  const fence = /^[ \t]*(?:```+|~~~+)[ \t]*(?!live\b|sequence\b|predict\b|quiz\b|yaml hints\b|ts solution\b)\w/m
  return fence.test(document.getText())
}
