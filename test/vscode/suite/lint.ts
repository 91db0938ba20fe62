import * as assert from "node:assert/strict"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { codeCells, openedNotebook, scenario, writeCell } from "./notebook"
import { type Page, until } from "./page"

/** What `logbook lint` says, while the lesson is written. */
export function defineLintSuite(page: Page): void {
  describe("a lesson that is written", () => {
    it("shows what lint finds in the cell and the line where it stands, in the reader's language, and takes it back", async () => {
      const file = join(scenario().folder, "draft.kafka.md")
      writeFileSync(
        file,
        readFileSync(scenario().file, "utf8")
          .replace("minutes: 35\n", "")
          .replace("id: message-model", "id: draft")
          .replaceAll(/\b(topic|group)\("/g, '$1("draft-'),
      )
      const { notebook } = await openedNotebook(file)
      const found = (uri: vscode.Uri) =>
        vscode.languages.getDiagnostics(uri).map(({ message, range, source }) => [source, range.start.line, message])
      await until("the front matter's problem", () => found(notebook.uri).length > 0)
      assert.deepEqual(found(notebook.uri), [["logbook lint", 0, "the front matter needs minutes"]])
      const cell = codeCells(notebook).at(-1) as vscode.NotebookCell
      const before = cell.document.getText()
      await writeCell(cell, 'const admin = 1\nawait producer.send({ topic: "orders", messages: [] })')
      await until("the cell's problem", () => found(cell.document.uri).length > 0)
      assert.deepEqual(
        found(cell.document.uri).filter(([, , message]) => /literal/.test(String(message))),
        [["logbook lint", 1, 'topic is a literal name; use topic("…") or group("…")']],
      )
      await setLanguage("zh")
      await until("Chinese", () => found(cell.document.uri).some(([, , message]) => /字面名称/.test(String(message))))
      assert.deepEqual(found(notebook.uri), [["logbook lint", 0, "文件头缺少 minutes"]])
      await vscode.commands.executeCommand("workbench.actions.view.problems")
      await page.screenshot("lint")
      await vscode.commands.executeCommand("workbench.action.closePanel")
      await setLanguage("en")
      await writeCell(cell, before)
      await until("no problem", () => found(cell.document.uri).length === 0)
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
    })

    it("may not take a name of the lessons beside it, whose cluster it may share", async () => {
      const write = (id: string, names: string) => {
        const file = join(scenario().folder, `${id}.kafka.md`)
        const title = '{ en: "Names", zh: "名称" }'
        writeFileSync(
          file,
          `---\nid: ${id}\ntitle: ${title}\nsummary: ${title}\nminutes: 1\n---\n\n\`\`\`ts run\n${names}\n\`\`\`\n`,
        )
        return file
      }
      write("neighbour", 'const orders = topic("taken-orders")')
      const { notebook } = await openedNotebook(
        write("newcomer", 'const own = topic("own")\nconst taken = topic("own")'),
      )
      const [cell] = codeCells(notebook)
      assert.ok(cell)
      const found = () =>
        vscode.languages.getDiagnostics(cell.document.uri).map(({ message, range }) => [range.start.line, message])
      await writeCell(cell, 'const own = topic("own")\nconst taken = topic("taken-orders")')
      await until("the name's problem", () => found().length > 0)
      assert.deepEqual(found(), [[1, 'the topic "taken-orders" belongs to neighbour.kafka.md: choose another name']])
      await writeCell(cell, 'const own = topic("own")')
      await until("no problem", () => found().length === 0)
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
    })
  })
}
