import * as assert from "node:assert/strict"
import * as vscode from "vscode"
import { codeCells, openedNotebook, runCell, scenario } from "./notebook"
import { Page, until } from "./page"
import { runMocha } from "./runMocha"

/** A folder that the reader does not trust: lessons are read there, and nothing runs. */
export async function run(): Promise<void> {
  const page = Page.find()
  await runMocha(() => {
    describe("in a folder that is not trusted", () => {
      it("a lesson is read", async () => {
        assert.equal(vscode.workspace.isTrusted, false)
        const editor = await openedNotebook(scenario().file)
        assert.ok(codeCells(editor.notebook).length > 0)
        if (page) await until("prose", async () => (await page.queryDeep("div[lang]")).some(({ visible }) => visible))
        await page?.screenshot("restricted")
      })

      it("no cell runs, and no process of ours starts", async () => {
        const editor = await openedNotebook(scenario().file)
        const [cell] = codeCells(editor.notebook)
        assert.ok(cell)
        // VS Code may refuse the command, or ask which kernel is meant: neither may run the cell.
        await Promise.race([runCell(editor, cell).then(undefined, () => undefined), pause(5_000)])
        assert.equal(cell.executionSummary?.success, undefined)
        assert.deepEqual(cell.outputs, [])
      })
    })
  }, page)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
