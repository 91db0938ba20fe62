import * as assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { closeEditors, codeCells, openedNotebook, outputText, runAll, runCell, scenario } from "./notebook"
import { type Page, until } from "./page"

const DAY_MS = 86_400_000

interface Exported {
  readonly progress: Record<string, { reviews?: Record<string, { stage: number; dueMs?: number }> }>
  readonly outputs: Record<string, Record<string, { outputs: { mime: string; text?: string }[][] }>>
}

/** A quiz that was answered comes again; what was done can be taken along and dropped. */
export function defineReviewSuite(page: Page): void {
  describe("the progress of a reader", () => {
    const exported = async () => {
      await vscode.commands.executeCommand("logbook.exportProgress")
      const text = await until("the export", () => vscode.window.activeTextEditor?.document.getText())
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
      return JSON.parse(text) as Exported
    }
    let question: string

    it("has a date on which an answered quiz comes again", async () => {
      const editor = await openedNotebook(scenario().file)
      const cell = editor.notebook.getCells().find(({ document }) => document.getText().includes("```quiz"))
      assert.ok(cell)
      question = /```quiz id=(\S+)/.exec(cell.document.getText())?.[1] ?? ""
      const range = new vscode.NotebookRange(cell.index, cell.index + 1)
      editor.revealRange(range, vscode.NotebookEditorRevealType.AtTop)
      const button = `[data-info="quiz id=${question}"] .logbook-options button`
      await until("the quiz", () => page.notebook<boolean>(clickFirst(button)))
      const review = await until(
        "the review",
        async () => (await exported()).progress["message-model"]?.reviews?.[question],
      )
      assert.equal(review.stage, 0)
      assert.ok(Math.abs((review.dueMs ?? 0) - Date.now() - DAY_MS) < 120_000)
    })

    it("is asked in the editor, and told when it comes again", async () => {
      const asking = vscode.commands.executeCommand("logbook.review", { lesson: "message-model", question })
      await until("the question", () =>
        page.workbench<boolean>(`!!document.querySelector(".quick-input-widget .monaco-list-row")`),
      )
      await page.screenshot("review")
      await page.press("Enter")
      await asking
      await until("the answer", () =>
        page.workbench<boolean>(
          `/It comes again/.test(document.querySelector(".notifications-toasts")?.textContent ?? "")`,
        ),
      )
    })

    it("is exported with what the cells showed", async () => {
      const editor = await openedNotebook(scenario().file)
      const cells = codeCells(editor.notebook).slice(0, 2)
      for (const cell of cells) await runCell(editor, cell)
      const shown = cells.map((cell) => outputText(cell).trim()).filter((text) => text !== "")
      assert.ok(shown.length > 0)
      await until("the outputs", async () => {
        const kept = Object.values((await exported()).outputs["message-model"] ?? {}).flatMap((cell) =>
          cell.outputs.flat(),
        )
        return shown.every((text) => kept.some((item) => item.text?.trim() === text))
      })
    })

    it("is dropped on demand", async () => {
      const resetting = vscode.commands.executeCommand("logbook.resetProgress")
      await until("the question", () => page.workbench<boolean>(`!!document.querySelector(".monaco-dialog-box")`))
      await page.click('.monaco-dialog-box .monaco-button:has-text("Reset")')
      await resetting
      assert.deepEqual(await exported(), { progress: {}, outputs: {} })
    })

    it("is dropped on demand from the screen too, where lessons are open", async () => {
      // The webview of another lesson would be taken for one of these.
      await closeEditors()
      const [behind, front] = [await openedAndRun("behind"), await openedAndRun("front")]
      await until("a recorded sequence", async () => (await page.queryDeep(RECORDED)).length > 0)
      assert.deepEqual([shownBy(behind), shownBy(front)], [3, 3])
      const resetting = vscode.commands.executeCommand("logbook.resetProgress")
      await until("the question", () => page.workbench<boolean>(`!!document.querySelector(".monaco-dialog-box")`))
      await page.click('.monaco-dialog-box .monaco-button:has-text("Reset")')
      await resetting
      await until("the sequence to go", async () => (await page.queryDeep(RECORDED)).length === 0)
      assert.deepEqual(
        {
          shown: [shownBy(behind), shownBy(front)],
          dirty: [behind.isDirty, front.isDirty],
          inFront: vscode.window.activeNotebookEditor?.notebook === front,
          kept: await exported(),
        },
        { shown: [0, 0], dirty: [false, false], inFront: true, kept: { progress: {}, outputs: {} } },
      )
      await closeEditors()
    })
  })
}

const RECORDED = "logbook-sequence svg"

/** A small lesson that records its requests, in front and with all of its cells run. */
async function openedAndRun(id: string): Promise<vscode.NotebookDocument> {
  const file = join(scenario().folder, `${id}.kafka.md`)
  writeFileSync(
    file,
    `---
id: ${id}
title: { en: "${id}", zh: "${id}" }
---

\`\`\`ts run
import { createAdmin, sequence } from "kit"
const admin = await createAdmin()
await sequence.record("asked", () => admin.listTopics())
console.log("recorded")
\`\`\`

\`\`\`sequence record=asked
\`\`\`

\`\`\`ts run
const silent = 1
\`\`\`
`,
  )
  const editor = await openedNotebook(file)
  await runAll(editor)
  return editor.notebook
}

/** How many outputs, and how many signs of a run. */
function shownBy(notebook: vscode.NotebookDocument): number {
  const cells = codeCells(notebook)
  const runs = cells.filter(({ executionSummary }) => executionSummary?.executionOrder !== undefined)
  return cells.flatMap(({ outputs }) => outputs).length + runs.length
}

/** Clicks by the element itself: the quiz may stand far below what the editor has scrolled to. */
function clickFirst(selector: string): string {
  return `(() => {
    const roots = [document]
    for (const root of roots) {
      for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) roots.push(shadowRoot)
      const found = root.querySelector(${JSON.stringify(selector)})
      found?.click()
      if (found) return true
    }
    return false
  })()`
}
