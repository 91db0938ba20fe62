import * as assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { seriousProblems } from "./axe"
import { pressKey } from "./keys"
import {
  addCell,
  codeCells,
  fileBytes,
  openedNotebook,
  outputText,
  revealLive,
  runAll,
  runCell,
  scenario,
  unsuccessfulCells,
  writeCell,
} from "./notebook"
import { type Page, until } from "./page"
import { setTheme } from "./themes"

/** The first window: a lesson from opening to interrupting, as a learner meets it. */
export function defineLessonSuite(page: Page | undefined): void {
  let editor: vscode.NotebookEditor
  let bytes: string
  let cellCount: number

  before(async function openTheLesson() {
    this.timeout(120_000)
    bytes = fileBytes(scenario().file)
    editor = await openedNotebook(scenario().file)
    cellCount = editor.notebook.cellCount
  })

  describe("a lesson", () => {
    it("opens as a notebook whose code cells have the language of lessons", () => {
      assert.equal(editor.notebook.notebookType, "logbook-lesson")
      const languages = new Set(codeCells(editor.notebook).map((cell) => cell.document.languageId))
      assert.ok(languages.has("logbook-typescript"))
      assert.equal(editor.notebook.isDirty, false)
    })

    onPage(page, "shows its prose in the reader's language only", async (shown) => {
      await setLanguage("en")
      await until("English prose alone", async () => (await visibleLanguages(shown)).join() === "en")
    })

    it("runs all of its cells", async () => {
      await runAll(editor)
      const failed = unsuccessfulCells(editor.notebook).map(
        (cell) => `cell ${cell.index}: ${outputText(cell).slice(0, 500)}`,
      )
      assert.deepEqual(failed, [])
    })

    onPage(page, "draws its live diagram from the cluster", async (shown) => {
      const twin = await until("a diagram with records", async () => {
        const [first] = await shown.queryDeep("[data-logbook-live] [data-logbook-twin]")
        return /[1-9]\d* records?/.test(first?.text ?? "") ? first : undefined
      })
      assert.ok(twin)
      // A diagram out of view is not drawn.
      revealLive(editor)
      await until("a drawn picture", async () => (await shown.queryDeep("[data-logbook-live] svg")).length > 0)
      await shown.screenshot("diagram")
    })

    onPage(page, "has buttons for the keyboard: VS Code does not take their keys for its own", async (shown) => {
      const says = (text: string) =>
        until(text, async () => {
          const [button] = await shown.queryDeep("[data-logbook-live] button")
          return button?.text === text
        })
      await pressKey(shown, "Enter", "Freeze the picture")
      await says("Follow the cluster")
      await pressKey(shown, "Space", "Follow the cluster")
      await says("Freeze the picture")
      const picture = (await shown.queryDeep("[data-logbook-live] svg")).some(({ visible }) => visible)
      assert.deepEqual([picture, editor.notebook.cellCount, editor.notebook.isDirty], [true, cellCount, false])
    })

    onPage(page, "has nothing serious for axe in light, dark and high contrast", async (shown) => {
      const found: Record<string, string[]> = {}
      for (const theme of ["dark", "contrast", "light"] as const) {
        await setTheme(theme)
        found[theme] = await seriousProblems(shown)
      }
      assert.deepEqual(found, { dark: [], contrast: [], light: [] })
    })

    onPage(page, "shows the cluster's brokers and the lesson's topic in the sidebar", async (shown) => {
      await vscode.commands.executeCommand("logbook.clusters.focus")
      const rows = await until("three brokers and a topic", async () => {
        const texts = await treeRows(shown)
        return texts.some((text) => /127\.0\.0\.1/.test(text)) && texts.some((text) => /topics/i.test(text))
          ? texts
          : undefined
      })
      await shown.screenshot("sidebar")
      assert.ok(rows.length >= 3)
    })

    onPage(page, "breaks the cluster and mends it in the words of the command line", async (shown) => {
      const isListed = () =>
        shown.workbench<boolean>(`!!document.querySelector(".quick-input-widget .monaco-list-row")`)
      const value = () => shown.workbench<string>(`document.querySelector(".quick-input-widget input")?.value ?? ""`)
      // The eighth is "delay A B MS", the seventh "heal A B".
      for (const [down, verb, keys] of [
        [7, "delay ", ["1", "Space", "2", "Space", "5"]],
        [6, "heal ", ["1", "Space", "2"]],
      ] as const) {
        const injecting = vscode.commands.executeCommand("logbook.injectFault")
        await until("the faults", isListed)
        for (let index = 0; index < down; index++) await shown.press("ArrowDown")
        if (verb === "delay ") await shown.screenshot("fault")
        await shown.press("Enter")
        await until("what to fill in", async () => (await value()) === verb)
        for (const key of keys) await shown.press(key)
        await shown.press("Enter")
        await injecting
      }
      const complaints = `document.querySelector(".notifications-toasts .codicon-error") !== null`
      assert.equal(await shown.workbench<boolean>(complaints), false)
    })
  })

  describe("switching the language", () => {
    onPage(page, "shows the other language at once, and keeps the document clean and its outputs", async (shown) => {
      const before = codeCells(editor.notebook).map((cell) => cell.outputs.length)
      await setLanguage("zh")
      await until("Chinese prose alone", async () => (await visibleLanguages(shown)).join() === "zh")
      await shown.screenshot("chinese")
      await setLanguage("both")
      await until("both languages", async () => (await visibleLanguages(shown)).join() === "en,zh")
      await setLanguage("en")
      await until("English prose alone", async () => (await visibleLanguages(shown)).join() === "en")
      assert.equal(editor.notebook.isDirty, false)
      assert.deepEqual(
        codeCells(editor.notebook).map((cell) => cell.outputs.length),
        before,
      )
      assert.equal(fileBytes(scenario().file), bytes)
    })
  })

  describe("a cell", () => {
    it("keeps its state when an endless loop in another is interrupted", async () => {
      const first = await addCell(editor.notebook, "let survivor = 41\nsurvivor")
      await runCell(editor, first)
      const endless = await addCell(editor.notebook, "while (true) {}")
      const running = runCell(editor, endless)
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      const started = Date.now()
      await vscode.commands.executeCommand("notebook.cancelExecution", { document: editor.notebook.uri })
      await running
      await until("the loop to end", () => endless.executionSummary?.success === false)
      assert.ok(Date.now() - started < 5_000, "the loop ended within seconds")
      const next = await addCell(editor.notebook, "survivor + 1")
      await runCell(editor, next)
      assert.match(outputText(next), /42/)
    })

    it("may declare again what an earlier cell declared", async () => {
      const again = await addCell(editor.notebook, "const survivor: number = 7\nsurvivor")
      await runCell(editor, again)
      await runCell(editor, again)
      assert.equal(again.executionSummary?.success, true, outputText(again))
      assert.match(outputText(again), /7/)
    })

    it("that fails names the true line and the message", async () => {
      const failing = await addCell(editor.notebook, 'const one = 1\n\nthrow new Error("the third line")')
      await runCell(editor, failing)
      assert.equal(failing.executionSummary?.success, false)
      assert.match(outputText(failing), /the third line/)
      assert.match(outputText(failing), /:3\b|"line":\s*3/)
    })

    it("that is added and deleted again, or edited and restored, leaves the file's bytes as they were", async () => {
      const edit = new vscode.WorkspaceEdit()
      const added = new vscode.NotebookRange(cellCount, editor.notebook.cellCount)
      edit.set(editor.notebook.uri, [vscode.NotebookEdit.deleteCells(added)])
      await vscode.workspace.applyEdit(edit)
      const [cell] = codeCells(editor.notebook)
      assert.ok(cell)
      const source = cell.document.getText()
      await writeCell(cell, `${source}\n// more`)
      assert.equal(editor.notebook.isDirty, true)
      await writeCell(cell, source)
      await editor.notebook.save()
      assert.equal(fileBytes(scenario().file), bytes)
    })
  })

  describe("the embedded cluster", () => {
    it("is started again on next use after its process was killed", async function restart() {
      this.timeout(120_000)
      const { execFileSync } = await import("node:child_process")
      const found = execFileSync("pgrep", ["-P", String(process.pid), "-f", "dist/cluster.js"], { encoding: "utf8" })
      const pid = Number(found.trim().split("\n")[0])
      process.kill(pid, "SIGKILL")
      await until("the process to be gone", () => !isAlive(pid))
      await runAll(editor)
      assert.deepEqual(
        unsuccessfulCells(editor.notebook).map((cell) => outputText(cell).slice(0, 500)),
        [],
      )
    })
  })

  describe("a lesson that cannot be read as one", () => {
    onPage(page, "opens with a message that names the line, and saving it loses nothing", async (shown) => {
      const file = join(scenario().folder, "broken.kafka.md")
      const text = "---\nid: [broken\n---\n\n# A heading\n\n```ts run\nconst open = 1\n"
      writeFileSync(file, text)
      const { notebook } = await openedNotebook(file)
      const toasts = `[...document.querySelectorAll(".notification-list-item-message")].map((item) => item.textContent).join(" ")`
      await until("the message", async () =>
        /broken\.kafka\.md, line \d+: /.test(await shown.workbench<string>(toasts)),
      )
      await shown.screenshot("broken")
      assert.ok(notebook.cellCount > 0, "it is not blank")
      await notebook.save()
      assert.equal(fileBytes(file), text)
    })
  })

  describe("the window", () => {
    onPage(page, "is reloaded", async (shown) => {
      await shown.reload()
    })
  })
}

/** A test that looks at the page; skipped, by name, where there is none. */
export function onPage(page: Page | undefined, title: string, test: (page: Page) => Promise<void>): void {
  if (page) it(title, () => test(page))
  else it(`${title} (needs the browser's page)`)
}

export async function setLanguage(language: string): Promise<void> {
  await vscode.workspace.getConfiguration("logbook").update("language", language, vscode.ConfigurationTarget.Global)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The languages of the prose that a reader can see now. */
async function visibleLanguages(page: Page): Promise<string[]> {
  const blocks = await page.queryDeep("div[lang]")
  const seen = blocks
    .filter(({ visible }) => visible)
    .map(({ html }) => /^<div[^>]* lang="(\w+)"/.exec(html)?.[1] ?? "")
  return [...new Set(seen)].sort()
}

async function treeRows(page: Page): Promise<string[]> {
  return await page.workbench(
    `[...document.querySelectorAll(".pane-body .monaco-list-row")].map((row) => row.textContent)`,
  )
}
