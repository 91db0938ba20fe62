import * as assert from "node:assert/strict"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { closeEditors, codeCells, openedLesson, outputText, runCell, writeCell } from "./notebook"
import { type Page, until } from "./page"

const lesson = `---
id: own-exercise
title: { en: "An exercise", zh: "练习" }
---

\`\`\`ts run
import { createAdmin, createProducer, topic } from "kit"
const admin = await createAdmin()
const producer = await createProducer()
await admin.createTopic(topic("tried"), { partitions: 2 })
await admin.createTopic(topic("apart"), { partitions: 1 })
await producer.send(topic("apart"), { value: "stays" })
const counts = async () => [await admin.countRecords(topic("tried")), await admin.countRecords(topic("apart"))]
\`\`\`

\`\`\`ts exercise id=try
await producer.send(topic("tried"), { value: "" })
\`\`\`

\`\`\`ts check id=tried for=try
expect(await counts(), { en: "one record", zh: "一条记录" }).equals([2, 1])
\`\`\`

\`\`\`ts run
const { length } = await admin.describeTopic(topic("tried"))
;[...(await counts()), length].join()
\`\`\`
`

const ITEMS_BELOW_CELLS = `[...document.querySelectorAll(".cell-status-item")].map((item) => item.textContent).join(" ")`

/** What an untouched exercise says, and what its reset brings back. */
export function defineExerciseSuite(page: Page): void {
  describe("an exercise", () => {
    let editor: vscode.NotebookEditor
    const cell = (at: number) => codeCells(editor.notebook)[at] as vscode.NotebookCell

    before(async () => {
      // The webview of a lesson in the background would be taken for the one in front.
      await closeEditors()
      editor = await openedLesson("own-exercise.kafka.md", lesson)
    })

    after(() => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"))

    it("that waits for the reader says so in the language of the moment", async () => {
      await setLanguage("en")
      await vscode.window.showNotebookDocument(editor.notebook)
      await vscode.commands.executeCommand("notebook.execute")
      const check = cell(2)
      assert.deepEqual(
        [check.executionSummary?.success, outputText(check)],
        [undefined, "The exercise above is yours to do. Run this check once you have changed its code."],
      )
      editor.revealRange(new vscode.NotebookRange(check.index, check.index + 1))
      const says = async (text: string, bar: RegExp) => {
        await until(text, async () =>
          (await page.queryDeep(".logbook-waiting")).some((note) => note.text.includes(text)),
        )
        await until(`${bar} below the exercise`, async () => bar.test(await page.workbench<string>(ITEMS_BELOW_CELLS)))
      }
      await says("The exercise above is yours to do.", /Check.*Reset/)
      await setLanguage("zh")
      await says("上面的练习等着你来做。", /检查.*重置/)
      await page.screenshot("exercise-untouched")
      await setLanguage("zh-tw")
      await says("上面的練習等著你來做。", /檢查.*重置/)
      await setLanguage("en")
      await says("The exercise above is yours to do.", /Check.*Reset/)
    })

    it("whose check fails, and a cell that fails, say why in the language of the moment too", async () => {
      const refusal = 'throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" })'
      await writeCell(cell(1), refusal)
      await vscode.commands.executeCommand("logbook.checkExercise", cell(1))
      await runCell(editor, cell(2))
      const says = (selector: string, text: RegExp) =>
        until(String(text), async () => (await page.queryDeep(selector)).some((shown) => text.test(shown.text)))
      await says(".logbook-error-title", /one record/)
      await says(".logbook-error-hint", /What to try: [A-Z]/)
      await setLanguage("zh")
      await says(".logbook-error-title", /一条记录/)
      await says(".logbook-error-hint", /可以试试：[^a-z]*[\u4e00-\u9fff]/)
      await page.screenshot("exercise-failed")
      await setLanguage("en")
      await says(".logbook-error-title", /one record/)
      await writeCell(cell(1), 'await producer.send(topic("tried"), { value: "" })')
    })

    it("has its first code and empty topics again after a reset, with the partitions they had", async () => {
      const stub = cell(1).document.getText()
      await writeCell(cell(1), 'for (const value of "abc") await producer.send(topic("tried"), { value })')
      await runCell(editor, cell(1))
      await runCell(editor, cell(3))
      assert.equal(outputText(cell(3)), "'4,1,2'")
      await vscode.commands.executeCommand("logbook.resetExercise", cell(1))
      assert.equal(cell(1).document.getText(), stub)
      await runCell(editor, cell(3))
      // The topic that the exercise does not name keeps its record.
      assert.equal(outputText(cell(3)), "'0,1,2'")
      await page.screenshot("exercise-reset")
    })
  })
}
