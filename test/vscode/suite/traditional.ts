import * as assert from "node:assert/strict"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { openedNotebook, scenario } from "./notebook"
import { type Page, until } from "./page"

/** 繁體 is derived in the page: the document knows nothing of it. */
export function defineTraditionalSuite(page: Page): void {
  describe("繁體", () => {
    const prose = async () =>
      (await page.queryDeep("div[lang=zh]"))
        .filter(({ visible }) => visible)
        .map(({ text }) => text)
        .join("\n")

    it("is shown in prose and in the view of lessons, and taken back, without touching the document", async () => {
      const { notebook } = await openedNotebook(scenario().file)
      const { version } = notebook
      await vscode.commands.executeCommand("logbook.lessons.focus")
      await setLanguage("zh")
      const simplified = await until("简体", async () => {
        const text = await prose()
        return /记录/.test(text) ? text : undefined
      })
      const start = simplified.slice(0, 40)
      await setLanguage("zh-tw")
      await until("繁體", async () => /紀錄/.test(await prose()) && !/[记录们这]/.test(await prose()))
      const view = () => page.workbench<string>(`document.querySelector(".pane-body .monaco-list-rows")?.textContent`)
      await until("the view in 繁體", async () => /分割區|訊息|紀錄/.test(await view()))
      await page.screenshot("traditional")
      await setLanguage("zh")
      // More of the lesson may be drawn by now: what was there first is as it was.
      await until("简体 again", async () => !/[紀錄訊們這]/.test(await prose()) && (await prose()).includes(start))
      await setLanguage("en")
      assert.deepEqual([notebook.isDirty, notebook.version], [false, version])
    })
  })
}
