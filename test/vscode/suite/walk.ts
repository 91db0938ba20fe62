import * as assert from "node:assert/strict"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { addCell, codeCells, fileBytes, openedNotebook, outputText, runCell, scenario, writeCell } from "./notebook"
import { type Page, Page as PageOfBrowser, until } from "./page"
import { runMocha } from "./runMocha"

/** What a learner does with a lesson, in twelve steps with a screenshot each, and what that leaves of a file on disk. */
export async function run(): Promise<void> {
  const page = PageOfBrowser.find()
  if (!page) throw new Error("The walk clicks and looks at the page: it runs in a VS Code for the browser.")
  await runMocha(() => {
    describe("a lesson opened from disk", () => keepsBytes())
    const { language = "en" } = scenario()
    describe(`a bundled lesson in ${language}`, () => walk(page, language))
  }, page)
}

function keepsBytes(): void {
  it("keeps its bytes when its cells run and it is saved", async () => {
    const { file } = scenario()
    const bytes = fileBytes(file)
    const editor = await openedNotebook(file)
    for (const cell of codeCells(editor.notebook).slice(0, 3)) await runCell(editor, cell)
    assert.equal(editor.notebook.isDirty, false)
    await editor.notebook.save()
    assert.equal(fileBytes(file), bytes)
    // The webview of a lesson in the background would be taken for the one in front.
    await vscode.commands.executeCommand("workbench.action.closeAllEditors")
  })
}

/** What a reader of each language sees, where the walk looks for it. */
const words = {
  en: {
    title: "The message model",
    prose: "en",
    oneRecord: /\b1 record\b/,
    lineThree: /line 3/,
    hint: "kept per key",
    verdict: "the value is the order as JSON",
    other: "zh",
  },
  zh: {
    title: "消息模型",
    prose: "zh",
    oneRecord: /有 1 条记录/,
    lineThree: /第 3 行/,
    hint: "顺序按键来保证",
    verdict: "值是 JSON 格式的订单",
    other: "en",
  },
  "zh-tw": {
    title: "訊息模型",
    prose: "zh",
    oneRecord: /有 1 條紀錄/,
    lineThree: /第 3 行/,
    hint: "順序按鍵來保證",
    verdict: "值是 JSON 格式的訂單",
    other: "en",
  },
} as const

function walk(page: Page, language: keyof typeof words): void {
  let editor: vscode.NotebookEditor
  const seen = words[language]
  const run = async (cell: vscode.NotebookCell) => {
    await runCell(editor, cell)
    assert.equal(cell.executionSummary?.success, true, outputText(cell))
  }
  const shoot = (name: string) => pause(400).then(() => page.screenshot(`walk-${name}`))

  it("1 opens from the view of lessons", async () => {
    await vscode.commands.executeCommand("logbook.lessons.focus")
    await page.click(`.pane-body .monaco-list-row:has-text("${seen.title}")`)
    editor = await until("the lesson's notebook", () =>
      vscode.window.visibleNotebookEditors.find(({ notebook }) => notebook.uri.scheme === "logbook"),
    )
    await until("prose", async () => (await page.queryDeep(`div[lang=${seen.prose}]`)).some(({ visible }) => visible))
    await shoot("01-open")
  })

  it("2 keeps a guess", async () => {
    reveal(editor, await cellWith(editor, "what-the-broker-reads"))
    await until("the question", async () => (await page.queryDeep(".logbook-options button")).length > 0)
    await page.clickDeep(".logbook-options button:nth-child(3)")
    await until("the guess", async () => {
      const buttons = await page.queryDeep(".logbook-options button")
      return buttons[2]?.html.includes('aria-pressed="true"')
    })
    await shoot("02-predict")
  })

  it("3 runs cells, and the log beside them follows", async () => {
    for (const cell of codeCells(editor.notebook).slice(0, 2)) await run(cell)
    reveal(editor, await cellWith(editor, "```live"))
    await until("one record", async () => seen.oneRecord.test((await firstTwin(page)) ?? ""))
    await shoot("03-run")
  })

  it("4 runs a cell again that declares its constants again", async () => {
    const [connect, produce, verify] = codeCells(editor.notebook)
    assert.ok(connect && produce && verify)
    for (const cell of [connect, produce, verify]) await run(cell)
    reveal(editor, connect)
    await shoot("04-again")
  })

  it("5 imports in a cell of the reader's own", async () => {
    const cell = await addCell(editor.notebook, 'import { CompressionTypes } from "kafkajs"\nCompressionTypes.GZIP')
    await run(cell)
    assert.match(outputText(cell), /1/)
    reveal(editor, cell)
    await shoot("05-import")
  })

  it("6 interrupts a loop that began after an await", async () => {
    const source = "await new Promise((resolve) => setTimeout(resolve, 100))\nfor (;;) {}"
    const cell = await addCell(editor.notebook, source)
    const running = runCell(editor, cell)
    await pause(1_500)
    await vscode.commands.executeCommand("notebook.cancelExecution", { document: editor.notebook.uri })
    await running
    await until("the end of the loop", () => cell.executionSummary?.success === false)
    reveal(editor, cell)
    await shoot("06-interrupt")
  })

  it("7 shows the true line of what fails", async () => {
    const cell = await addCell(editor.notebook, "const orders: string[] = []\n\norders[0].toUpperCase()")
    await runCell(editor, cell)
    assert.equal(cell.executionSummary?.success, false)
    reveal(editor, cell)
    await until("the message", async () =>
      (await page.queryDeep(".logbook-error-title")).some(({ text }) => seen.lineThree.test(text)),
    )
    await shoot("07-fail")
  })

  it("8 gives a hint", async () => {
    const exercise = await exerciseOf(editor)
    reveal(editor, exercise)
    await vscode.commands.executeCommand("logbook.nextHint", exercise)
    await until("the first hint", async () =>
      (await page.queryDeep(".logbook-question li")).some(({ text }) => text.includes(seen.hint)),
    )
    await shoot("08-hint")
  })

  it("9 shows a solution beside the reader's code", async () => {
    await vscode.commands.executeCommand("logbook.showSolution", await exerciseOf(editor))
    const isDiff = () => vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputTextDiff
    await until("the comparison", isDiff)
    await until("its text", () =>
      page.workbench<boolean>(`document.querySelectorAll(".monaco-diff-editor .view-line").length > 5`),
    )
    await shoot("09-solution")
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor")
    editor = await vscode.window.showNotebookDocument(editor.notebook)
  })

  it("10 passes the check of an exercise", async () => {
    const exercise = await exerciseOf(editor)
    await writeCell(exercise, filledEnvelope)
    await vscode.commands.executeCommand("logbook.checkExercise", exercise)
    const check = editor.notebook.cellAt((await cellWith(editor, "const placedOrders")).index)
    await until("the check", () => check.executionSummary?.success !== undefined)
    assert.equal(check.executionSummary?.success, true, outputText(check))
    reveal(editor, check)
    await until("its verdict", async () => (await page.queryDeep(".logbook-check .passed")).length >= 4)
    await shoot("10-check")
  })

  it("11 switches the language, and outputs follow", async () => {
    const verdicts = (text: string) =>
      until(`the verdict "${text}"`, async () =>
        (await page.queryDeep(".logbook-check .passed")).some((verdict) => verdict.text.includes(text)),
      )
    await verdicts(seen.verdict)
    await setLanguage(seen.other)
    await verdicts(words[seen.other].verdict)
    await shoot("11-other-language")
    reveal(editor, editor.notebook.cellAt(1))
    await shoot("11-other-language-top")
    await setLanguage(language)
  })

  it("12 is as new after a reset", async () => {
    const resetting = vscode.commands.executeCommand("logbook.resetLesson", "message-model")
    await until("the question", () => page.workbench<boolean>(`!!document.querySelector(".monaco-dialog-box")`))
    await shoot("12-question")
    await page.click('.monaco-dialog-box .monaco-button:has-text("Reset")')
    await resetting
    await until("a clean lesson without outputs", () => {
      const { isDirty } = editor.notebook
      return !isDirty && codeCells(editor.notebook).every(({ outputs }) => outputs.length === 0)
    })
    await until("the exercise's first code", async () => {
      const source = (await exerciseOf(editor)).document.getText()
      return !source.includes("order.customer")
    })
    reveal(editor, await cellWith(editor, "what-the-broker-reads"))
    await until("no guess", async () => {
      const buttons = await page.queryDeep(".logbook-options button")
      return buttons.length > 0 && buttons.every(({ html }) => !html.includes('aria-pressed="true"'))
    })
    await shoot("12-reset")
  })
}

const filledEnvelope = `function toMessage(order: { id: string; customer: string; placedAt: Date }) {
  return {
    key: order.customer,
    value: JSON.stringify(order),
    headers: { "event-type": "OrderPlaced", "schema-version": "2" },
    timestamp: String(order.placedAt.getTime()),
  }
}`

async function cellWith(editor: vscode.NotebookEditor, text: string): Promise<vscode.NotebookCell> {
  return await until(`a cell with ${text}`, () =>
    editor.notebook.getCells().find((cell) => cell.document.getText().includes(text)),
  )
}

function exerciseOf(editor: vscode.NotebookEditor): Promise<vscode.NotebookCell> {
  return cellWith(editor, "function toMessage")
}

function reveal(editor: vscode.NotebookEditor, cell: vscode.NotebookCell): void {
  const range = new vscode.NotebookRange(cell.index, cell.index + 1)
  editor.revealRange(range, vscode.NotebookEditorRevealType.InCenter)
}

async function firstTwin(page: Page): Promise<string | undefined> {
  const [twin] = await page.queryDeep("[data-logbook-live] [data-logbook-twin]")
  return twin?.text
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
