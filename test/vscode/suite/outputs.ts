import * as assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { addCell, codeCells, openedLesson, outputText, runCell, writeCell } from "./notebook"
import { type Page, until } from "./page"

const lesson = `---
id: outputs
title: { en: "Outputs", zh: "输出" }
---

\`\`\`ts run
for (let n = 1; n <= 10_000; n++) console.log(\`line \${n} \${"x".repeat(40)}\`)
\`\`\`

\`\`\`ts run
throw new Error("the first failure")
\`\`\`

\`\`\`ts run
console.log("after it")
\`\`\`
`

/** Ten thousand lines in an eighth of what a reader would call slow. */
const LONG_OUTPUT_LIMIT_MS = 5_000

/** What a cell prints too much of, a cell that fails, a kernel that dies. */
export function defineOutputSuite(page: Page): void {
  describe("a lesson's outputs", () => {
    let editor: vscode.NotebookEditor
    const cell = (at: number) => codeCells(editor.notebook)[at] as vscode.NotebookCell

    before(async () => {
      editor = await openedLesson("outputs.kafka.md", lesson)
      await runCell(editor, await addCell(editor.notebook, "const warm = 1"))
    })

    after(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"))

    it("of ten thousand lines are there at once, and whole in an editor", async () => {
      const started = Date.now()
      await runCell(editor, cell(0))
      const ms = Date.now() - started
      await page.log(`ten thousand lines: ${ms} ms`)
      assert.ok(ms < LONG_OUTPUT_LIMIT_MS, `${ms} ms`)
      assert.match(outputText(cell(0)), /what follows is too long/)
      await until("the item below the cell", () =>
        page.workbench<boolean>(
          `[...document.querySelectorAll(".cell-status-item")].some((item) => item.textContent.includes("Open whole output"))`,
        ),
      )
      await page.screenshot("output-long")
      await vscode.commands.executeCommand("logbook.openOutput", cell(0))
      const text = await until("the whole text", () => vscode.window.activeTextEditor?.document)
      assert.deepEqual([text.lineCount, text.lineAt(9_999).text.slice(0, 11)], [10_001, "line 10000 "])
      await vscode.commands.executeCommand("workbench.action.closeActiveEditor")
    })

    it("stop at the first cell that fails", async () => {
      await vscode.window.showNotebookDocument(editor.notebook)
      await vscode.commands.executeCommand("notebook.execute")
      assert.deepEqual(
        [0, 1, 2].map((at) => [cell(at).executionSummary?.success, cell(at).outputs.length > 0]),
        [
          [true, true],
          [false, true],
          [undefined, false],
        ],
      )
    })

    it("go on after the kernel has died and a click has started it anew", async () => {
      const found = execFileSync("pgrep", ["-P", String(process.pid), "-f", "dist/kernel.js"], { encoding: "utf8" })
      const pid = Number(found.trim().split("\n").at(-1))
      process.kill(pid, "SIGKILL")
      const button = '.notifications-toasts .monaco-button:has-text("Restart Kernel")'
      await until("the message", () =>
        page.workbench<boolean>(
          `!!document.querySelector(".notifications-toasts")?.textContent.includes("outputs.kafka.md has ended")`,
        ),
      )
      await page.screenshot("kernel-crashed")
      await page.click(button)
      await runCell(editor, cell(2))
      assert.match(outputText(cell(2)), /after it/)
    })

    it("are in the lesson's language where VS Code's is another, also when the kernel ends", async () => {
      const says = (selector: string, text: RegExp) =>
        until(String(text), async () => (await page.queryDeep(selector)).some((shown) => text.test(shown.text)))
      await setLanguage("zh")
      await runCell(editor, cell(0))
      assert.match(outputText(cell(0)), /后面的内容太长/)
      await until("the item below the cell in Chinese", () =>
        page.workbench<boolean>(
          `[...document.querySelectorAll(".cell-status-item")].some((item) => item.textContent.includes("在编辑器中打开完整输出"))`,
        ),
      )
      await writeCell(cell(1), "process.exit(3)")
      await runCell(editor, cell(1))
      editor.revealRange(new vscode.NotebookRange(cell(1).index, cell(1).index + 1))
      await says(".logbook-error-title", /^Logbook: 内核已结束，退出码为 3。$/)
      await says(".logbook-error-hint", /^可以试试：请再运行一次单元格/)
      await page.screenshot("kernel-ended")
      await setLanguage("en")
      await says(".logbook-error-title", /^Logbook: The kernel has ended with code 3\.$/)
      await says(".logbook-error-hint", /^What to try: Run the cell again/)
      await runCell(editor, cell(2))
    })

    it("and the ports of our processes are forwarded without a message", () => {
      const { defaultValue } =
        vscode.workspace.getConfiguration("remote").inspect<Record<string, object>>("portsAttributes") ?? {}
      const found = execFileSync("pgrep", ["-P", String(process.pid), "-a", "-f", "dist/(cluster|kernel)"], {
        encoding: "utf8",
      })
      const lines = found.trim().split("\n")
      const quiet = lines.filter((line) =>
        Object.entries(defaultValue ?? {}).some(
          ([pattern, { onAutoForward }]: [string, { onAutoForward?: string }]) =>
            onAutoForward === "ignore" && new RegExp(pattern).test(line),
        ),
      )
      assert.ok(lines.length >= 2)
      assert.deepEqual(quiet, lines)
    })
  })
}
