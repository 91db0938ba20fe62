import * as assert from "node:assert/strict"
import { existsSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import * as vscode from "vscode"
import { onPage } from "./lesson"
import { codeCells, openedNotebook, outputText, scenario } from "./notebook"
import { type Page, until } from "./page"

/** Where VS Code keeps what the extension stores, beside the folder that it is installed in. */
function storageFolder(): string {
  const { extensionPath = "", id = "" } = vscode.extensions.getExtension("logbook.logbook-for-apache-kafka") ?? {}
  const home = dirname(dirname(extensionPath))
  const folder = join(home, "data", "User", "globalStorage", id.toLowerCase())
  assert.ok(existsSync(folder), folder)
  return folder
}

/** The second window: what a reader finds on coming back. */
export function defineReloadSuite(page: Page | undefined): void {
  describe("a lesson, after its window was reloaded", () => {
    onPage(page, "shows the outputs that it had", async (shown) => {
      const editor = await openedNotebook(scenario().file)
      await until("outputs", () => codeCells(editor.notebook).some((cell) => outputText(cell) !== ""))
      assert.equal(editor.notebook.isDirty, false)
      await shown.screenshot("reloaded")
    })

    onPage(page, "shows on another machine what settings sync has brought there", async () => {
      const editor = await openedNotebook(scenario().file)
      const texts = () =>
        codeCells(vscode.window.visibleNotebookEditors[0]?.notebook ?? editor.notebook).map(outputText)
      const before = texts()
      // What is not in the extension's state is in this folder.
      rmSync(join(storageFolder(), "outputs"), { recursive: true })
      await vscode.commands.executeCommand("workbench.action.closeAllEditors")
      await openedNotebook(scenario().file)
      await until("outputs", () => texts().some((text) => text !== ""))
      const missing = texts().filter((text, at) => text !== before[at])
      assert.deepEqual(new Set(missing), new Set(missing.length > 0 ? [""] : []))
    })
  })
}
