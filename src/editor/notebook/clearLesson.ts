import * as vscode from "vscode"
import type { RendererLink } from "./rendererLink"

/** Takes off the screen what an open lesson's cells have shown and recorded; the document stays as clean as it was. */
export async function clearLesson(notebook: vscode.NotebookDocument, renderers: RendererLink): Promise<void> {
  renderers.forgetRecordings(notebook)
  const tab = tabOf(notebook)
  if (!tab || !notebook.getCells().some(hasRun)) return
  const { activeTab, viewColumn } = tab.group
  await vscode.window.showNotebookDocument(notebook, { viewColumn })
  // VS Code clears the notebook in front and no other. An execution could be given to any, but only by a controller that
  // has been chosen for it, and what is shown from an earlier window has none yet.
  await vscode.commands.executeCommand("notebook.clearAllCellsOutputs")
  if (activeTab && activeTab !== tab) await showTab(activeTab)
}

/** Brings a notebook or a text to the front again; of other editors VS Code does not tell how they were opened. */
export async function showTab({ input, group: { viewColumn } }: vscode.Tab): Promise<void> {
  if (input instanceof vscode.TabInputNotebook) {
    const notebook = await vscode.workspace.openNotebookDocument(input.uri)
    await vscode.window.showNotebookDocument(notebook, { viewColumn })
  }
  if (input instanceof vscode.TabInputText) await vscode.window.showTextDocument(input.uri, { viewColumn })
}

function tabOf({ uri }: vscode.NotebookDocument): vscode.Tab | undefined {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(({ input }) => input instanceof vscode.TabInputNotebook && input.uri.toString() === uri.toString())
}

function hasRun({ outputs, executionSummary }: vscode.NotebookCell): boolean {
  return outputs.length > 0 || executionSummary?.executionOrder !== undefined
}
