import * as assert from "node:assert/strict"
import { onPage } from "./lesson"
import { codeCells, openedNotebook, outputText, scenario } from "./notebook"
import { type Page, until } from "./page"

/** The second window: what a reader finds on coming back. */
export function defineReloadSuite(page: Page | undefined): void {
  describe("a lesson, after its window was reloaded", () => {
    onPage(page, "shows the outputs that it had", async (shown) => {
      const editor = await openedNotebook(scenario().file)
      await until("outputs", () => codeCells(editor.notebook).some((cell) => outputText(cell) !== ""))
      assert.equal(editor.notebook.isDirty, false)
      await shown.screenshot("reloaded")
    })
  })
}
