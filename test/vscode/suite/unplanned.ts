import * as assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { addCell, closeEditors, codeCells, openedNotebook, outputText, runCell, scenario, writeCell } from "./notebook"
import { type Page, Page as PageOfBrowser, until } from "./page"
import { runMocha } from "./runMocha"

/** What real readers do and nobody planned: each of it must show something sensible, and leave the lesson usable. */
export async function run(): Promise<void> {
  const page = PageOfBrowser.find()
  if (!page) throw new Error("These tests look at the page: they run in a VS Code for the browser.")
  await runMocha(() => {
    describe("strange values", () => strangeValues(page))
    describe("what comes after a cell's end", () => lateOutput(page))
    describe("a cell that runs", () => runningCells(page))
    describe("a bundled lesson", () => bundledLesson(page))
    describe("two lessons", () => twoLessons(page))
    describe("the window", () => {
      it("may close while a loop runs in one lesson and another waits", async () => {
        const editor = await openedLesson("closing")
        const [first] = codeCells(editor.notebook)
        assert.ok(first)
        await writeCell(first, "console.log('on its way')\nfor (;;) {}")
        void runCell(editor, first)
        await until("the loop", () => outputText(first).includes("on its way"))
      })
    })
  }, page)
}

/** A lesson with an empty cell; its own, so that no test finds what another left. */
async function openedLesson(id: string): Promise<vscode.NotebookEditor> {
  await closeEditors()
  const file = join(scenario().folder, `${id}.kafka.md`)
  writeFileSync(
    file,
    `---\nid: ${id}\ntitle: { en: "${id}", zh: "${id}" }\n---\n\n\`\`\`ts run\nlet begun = 1\n\`\`\`\n`,
  )
  return await openedNotebook(file)
}

function strangeValues(page: Page): void {
  let editor: vscode.NotebookEditor
  before(async () => {
    editor = await openedLesson("values")
  })
  const shows = (title: string, source: string, expected: RegExp, ok = true) =>
    it(title, async () => {
      const cell = await addCell(editor.notebook, source)
      const started = Date.now()
      await runCell(editor, cell)
      await page.log(`${title}: ${Date.now() - started} ms`)
      assert.equal(cell.executionSummary?.success, ok, outputText(cell).slice(0, 500))
      assert.match(outputText(cell), expected)
      editor.revealRange(new vscode.NotebookRange(cell.index, cell.index + 1), vscode.NotebookEditorRevealType.AtTop)
      await pause(700)
      await page.screenshot(`unplanned-${title.replaceAll(/\W+/g, "-")}`)
    })

  shows("a thrown text", 'const before = 1\nthrow "only text"', /Thrown value: 'only text'/, false)
  shows("a thrown undefined", "throw undefined", /undefined/, false)
  shows(
    "an error that cannot be read",
    "throw Object.defineProperty(new Error(), 'name', { get() { throw 1 } })",
    /./,
    false,
  )
  shows("a big integer", "2n ** 70n", /1180591620717411303424n/)
  shows(
    "a circular object",
    "const ring: Record<string, unknown> = { name: 'ring' }; ring.self = ring; ring",
    /Circular/,
  )
  shows(
    "a value that cannot be inspected",
    "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no') } })",
    /no/,
  )
  shows(
    "a proxy that refuses",
    "new Proxy({}, { get() { throw new Error('no') }, has() { throw new Error('no') } })",
    /\{\}/,
  )
  shows(
    "an object of many keys",
    "Object.fromEntries(Array.from({ length: 200_000 }, (_, n) => ['key' + n, n]))",
    /key0: 0/,
  )
  shows(
    "a large array",
    "Array.from({ length: 1_000_000 }, (_, n) => ({ n, text: 'x'.repeat(10) }))",
    /999800 more items/,
  )
  shows(
    "a shared structure",
    "let tree: unknown = []; for (let n = 0; n < 36; n++) tree = [tree, tree]; tree",
    /\[Array\]/,
  )
  shows(
    "bytes of Kafka",
    'Buffer.concat([Buffer.from([0, 18, 0, 4, 0, 0, 0, 1]), Buffer.from("\\0\\x05logbook")])',
    /00 12 00 04[\s\S]*\|\.{10}logboo\|/,
  )
  shows(
    "a table of 5,000 rows",
    'display.table(Array.from({ length: 5_000 }, (_, offset) => ({ offset, key: "k" + (offset % 7) })))',
    /4800 more rows/,
  )
  shows("an empty table", "display.table([])", /has no rows/)
  shows(
    "JSON of what has none",
    "const round: Record<string, unknown> = { offset: 12n }; round.self = round; display.json(round)",
    /"offset": "12"[\s\S]*Circular/,
  )
  shows("a diagram that mermaid does not know", "display.mermaid('flowchart LR\\n  a --> --> b')", /a --> --> b/)
  shows("a text of 3,000,000 characters", "'x'.repeat(3_000_000)", /^'x+/)

  it("and draws diagrams and charts of a cell's own", async () => {
    const cell = await addCell(
      editor.notebook,
      `display.mermaid("sequenceDiagram\\n  producer->>broker: Produce")
display.chart({ "0": 3, "1": 5, "2": 4 }, { title: "Records per partition", unit: "records" })
display.chart({ "10:00": 3, "10:05": 5, "10:10": 4 }, { kind: "line" })`,
    )
    await runCell(editor, cell)
    editor.revealRange(new vscode.NotebookRange(cell.index, cell.index + 1), vscode.NotebookEditorRevealType.AtTop)
    const drawn = (selector: string) => async () =>
      (await page.queryDeep(`.logbook-canvas svg ${selector}`)).some(({ visible }) => visible)
    await until("the sequence", drawn(".messageText"))
    await until("the bars", drawn(".plot rect"))
    await until("the line", drawn(".plot path"))
    await page.screenshot("unplanned-charts")
  })

  it("and text that looks like HTML stays text", async () => {
    const hostile = `<img src=x onerror="globalThis.logbookInjected = 1"> <script>globalThis.logbookInjected = 1</script>`
    const cell = await addCell(
      editor.notebook,
      `display.markdown(${JSON.stringify(`**bold** ${hostile}\n\n${hostile}`)})
display.table([{ html: ${JSON.stringify(hostile)} }])
display.mermaid(${JSON.stringify(`flowchart LR\n  a["${hostile.replaceAll('"', "'")}"]`)})`,
    )
    await runCell(editor, cell)
    editor.revealRange(new vscode.NotebookRange(cell.index, cell.index + 1), vscode.NotebookEditorRevealType.AtTop)
    await until("the markdown", async () => (await page.queryDeep("strong")).some(({ text }) => text === "bold"))
    await pause(1_000)
    await page.screenshot("unplanned-html")
    assert.equal(await page.notebook("String(globalThis.logbookInjected)"), "undefined")
  })

  it("and says beside a diagram that cannot be drawn why", async () => {
    await until("the sentence", async () =>
      (await page.queryDeep("[data-logbook-twin]")).some(({ text }) => /could not be drawn/.test(text)),
    )
    await until("mermaid's own words", async () =>
      (await page.queryDeep(".logbook-picture pre")).some(({ visible, text }) => visible && /line 2/.test(text)),
    )
    const at = codeCells(editor.notebook).findIndex((cell) => cell.document.getText().includes("a --> --> b"))
    const range = new vscode.NotebookRange(at, at + 1)
    editor.revealRange(range, vscode.NotebookEditorRevealType.AtTop)
    await pause(700)
    await page.screenshot("unplanned-mermaid-reason")
  })

  it("and runs cells as before", async () => {
    const cell = await addCell(editor.notebook, "let after = 2\nafter + 1")
    await runCell(editor, cell)
    assert.match(outputText(cell), /3/)
  })
}

function lateOutput(page: Page): void {
  it("stands in that cell: text, errors, and a value", async () => {
    const editor = await openedLesson("late")
    const source = `setTimeout(() => console.log("said late"), 300)
setTimeout(() => Promise.reject(new Error("failed late")), 600)
setTimeout(() => display.text("shown late"), 900)
"in time"`
    const cell = await addCell(editor.notebook, source)
    await runCell(editor, cell)
    const { executionOrder } = cell.executionSummary ?? {}
    const next = await addCell(editor.notebook, '"another cell"')
    await runCell(editor, next)
    await until("all of it", () =>
      ["in time", "said late", "failed late", "shown late"].every((text) => outputText(cell).includes(text)),
    )
    await until("its end", () => cell.executionSummary?.success === true)
    assert.deepEqual([cell.executionSummary?.executionOrder, outputText(next)], [executionOrder, "'another cell'"])
    await page.screenshot("unplanned-late")
    await writeCell(cell, '"again"')
    await runUntil(editor, cell, "'again'")
  })

  it("is appended after a clearing, and does not hold up a second run", async () => {
    const editor = await openedLesson("late-cleared")
    const cell = await addCell(
      editor.notebook,
      'let n = 0\nsetInterval(() => console.log("tick", ++n), 100)\nundefined',
    )
    await runCell(editor, cell)
    await until("ticks", () => /tick 3/.test(outputText(cell)))
    await vscode.commands.executeCommand("notebook.clearAllCellsOutputs")
    await until("more of them", () => /tick/.test(outputText(cell)))
    await writeCell(cell, '"quiet"')
    await runUntil(editor, cell, "'quiet'")
    assert.equal(cell.executionSummary?.success, true)
  })
}

/** A click in the very moment in which late output is written is lost, as on any cell that runs. */
async function runUntil(editor: vscode.NotebookEditor, cell: vscode.NotebookCell, text: string): Promise<void> {
  await until(text, async () => {
    await runCell(editor, cell)
    return outputText(cell) === text
  })
}

function runningCells(page: Page): void {
  it("ends as interrupted when its kernel is restarted, and the next one runs", async () => {
    const editor = await openedLesson("restarted")
    const cell = await addCell(editor.notebook, 'console.log("waiting")\nawait new Promise(() => {})')
    const running = runCell(editor, cell)
    await until("it waits", () => outputText(cell).includes("waiting"))
    await vscode.commands.executeCommand("logbook.restartKernel")
    await running
    assert.deepEqual([cell.executionSummary?.success, outputText(cell)], [false, "waiting\nInterrupted.\n"])
    await page.screenshot("unplanned-restarted")
    const next = await addCell(editor.notebook, "typeof begun")
    await runCell(editor, next)
    assert.match(outputText(next), /'undefined'/)
  })

  it("says in a sentence that its kernel has died, and how to go on", async () => {
    const editor = await openedLesson("died")
    const cell = await addCell(editor.notebook, "process.exit(3)")
    await runCell(editor, cell)
    await until("the sentence", () => outputText(cell).includes("The kernel has ended with code 3"))
    await pause(500)
    await page.screenshot("unplanned-died")
    await vscode.commands.executeCommand("notifications.clearAll")
    await writeCell(cell, "1 + 1")
    await runCell(editor, cell)
    assert.match(outputText(cell), /started anew[\s\S]*2/)
  })

  it("may be deleted", async () => {
    const editor = await openedLesson("deleted")
    const cell = await addCell(
      editor.notebook,
      'console.log("going")\nfor (;;) await new Promise((r) => setTimeout(r, 20))',
    )
    const running = runCell(editor, cell)
    await until("it goes", () => outputText(cell).includes("going"))
    const edit = new vscode.WorkspaceEdit()
    edit.set(editor.notebook.uri, [
      vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(cell.index, cell.index + 1)),
    ])
    await vscode.workspace.applyEdit(edit)
    await running
    const next = await addCell(editor.notebook, '"still here"')
    await runCell(editor, next)
    assert.match(outputText(next), /still here/)
  })

  it("hears of its cluster's death, and the next run has a new one", async function dead() {
    this.timeout(180_000)
    const editor = await openedLesson("orphan")
    const source = `import { createAdmin, createProducer, topic } from "kit"
const admin = await createAdmin()
await admin.createTopic(topic("lost"), { partitions: 1 })
const producer = await createProducer()
console.log("ready")
for (let n = 0; n < 1000; n++) {
  await producer.send(topic("lost"), { value: String(n) })
  await new Promise((resolve) => setTimeout(resolve, 100))
}`
    const cell = await addCell(editor.notebook, source)
    const running = runCell(editor, cell)
    await until("records", () => outputText(cell).includes("ready"), 60_000)
    const found = execFileSync("pgrep", ["-P", String(process.pid), "-f", "dist/cluster.js"], { encoding: "utf8" })
    for (const pid of found.trim().split("\n")) process.kill(Number(pid), "SIGKILL")
    const started = Date.now()
    await running
    await page.log(`told after ${Date.now() - started} ms: ${outputText(cell).slice(0, 600)}`)
    assert.equal(cell.executionSummary?.success, false)
    await page.screenshot("unplanned-orphan")
    await writeCell(cell, source.replace("1000", "3"))
    await runCell(editor, cell)
    assert.equal(cell.executionSummary?.success, true, outputText(cell))
    assert.match(outputText(cell), /started anew/)
  })

  it("ends when its lesson is closed, and reopening finds a fresh kernel", async () => {
    const editor = await openedLesson("closed")
    const kernels = () => {
      try {
        return execFileSync("pgrep", ["-P", String(process.pid), "-f", "dist/kernel.js"], { encoding: "utf8" })
      } catch {
        return ""
      }
    }
    const cell = await addCell(editor.notebook, 'console.log("looping")\nfor (;;) {}')
    void runCell(editor, cell)
    await until("the loop", () => outputText(cell).includes("looping"))
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
    await until("no kernel", () => kernels() === "")
    const again = await openedNotebook(join(scenario().folder, "closed.kafka.md"))
    const [first] = codeCells(again.notebook)
    assert.ok(first)
    await runCell(again, first)
    assert.equal(first.executionSummary?.success, true)
  })
}

function bundledLesson(page: Page): void {
  it("keeps what the reader wrote and saved, and comes back by a reset", async () => {
    await closeEditors()
    await vscode.commands.executeCommand("logbook.openLesson", "message-model")
    const editor = await until("the lesson", () =>
      vscode.window.visibleNotebookEditors.find(({ notebook }) => notebook.uri.scheme === "logbook"),
    )
    const [first] = codeCells(editor.notebook)
    assert.ok(first)
    const original = first.document.getText()
    await writeCell(first, "const mine = 1")
    await editor.notebook.save()
    await vscode.commands.executeCommand("workbench.action.closeAllEditors")
    await vscode.commands.executeCommand("logbook.openLesson", "message-model")
    const again = await until("the reader's copy", () =>
      vscode.window.visibleNotebookEditors.find(
        ({ notebook }) =>
          notebook.uri.scheme === "logbook" && codeCells(notebook)[0]?.document.getText() === "const mine = 1",
      ),
    )
    const resetting = vscode.commands.executeCommand("logbook.resetLesson", "message-model")
    await until("the question", () => page.workbench<boolean>(`!!document.querySelector(".monaco-dialog-box")`))
    await page.click('.monaco-dialog-box .monaco-button:has-text("Reset")')
    await resetting
    await until("the first text", () => codeCells(again.notebook)[0]?.document.getText() === original)
    assert.equal(again.notebook.isDirty, false)
  })

  it("is found by a word of it, and leads to the next one", async () => {
    await closeEditors()
    await setLanguage("en")
    void vscode.commands.executeCommand("logbook.searchLessons")
    const listed = (text: string) => () =>
      page.workbench<boolean>(
        `[...document.querySelectorAll(".quick-input-widget .monaco-list-row")].some((row) => row.textContent.includes(${JSON.stringify(text)}))`,
      )
    await until("the lines", listed("What you send, and what comes back"))
    await page.type("fill in the envelope")
    await until("the line", listed("Your turn"))
    await page.press("Enter")
    const shown = (end: string) =>
      until(end, () =>
        vscode.window.visibleNotebookEditors.find(
          ({ notebook }) => notebook.uri.scheme === "logbook" && notebook.uri.path.endsWith(end),
        ),
      )
    const found = await shown("03-message-model.kafka.md")
    await until("its cell", () =>
      found.notebook.cellAt(found.selection.start).document.getText().includes("in the envelope"),
    )
    await vscode.commands.executeCommand("logbook.nextLesson")
    await shown("04-partitioning.kafka.md")
  })

  it("has its exercise's first code again after that is reset", async () => {
    const editor = await openedNotebook(scenario().file)
    const exercise = codeCells(editor.notebook).find(({ metadata }) => metadata.block === "exercise")
    assert.ok(exercise)
    const stub = exercise.document.getText()
    await writeCell(exercise, "const tried = 1")
    await vscode.commands.executeCommand("logbook.resetExercise", exercise)
    await until("the first code", () => exercise.document.getText() === stub)
  })

  it("runs as a whole on a fresh kernel", async () => {
    const editor = await openedLesson("fresh")
    const cell = await addCell(
      editor.notebook,
      "globalThis.times = (globalThis.times ?? 0) + 1\nbegun + globalThis.times",
    )
    await runCell(editor, cell)
    await vscode.commands.executeCommand("logbook.restartAndRunAll")
    await until("its value", () => cell.executionSummary?.success === true && outputText(cell) === "2")
  })

  it("undoes the reader's edit, not the language", async () => {
    const editor = await openedLesson("undo")
    const [cell] = codeCells(editor.notebook)
    assert.ok(cell)
    const before = cell.document.getText()
    await setLanguage("en")
    const line = ".notebookOverlay .cell.code .view-line"
    await page.click(line)
    await page.press("End")
    await page.type(" + 6")
    await until("the edit", () => cell.document.getText() === `${before} + 6`)
    await vscode.commands.executeCommand("logbook.toggleLanguage")
    await vscode.commands.executeCommand("logbook.toggleLanguage")
    await page.click(line)
    await until("the text before", async () => {
      await page.press("Control+z")
      return cell.document.getText() === before
    })
    assert.equal(vscode.workspace.getConfiguration("logbook").get("language"), "en")
    await until("a clean document", () => !editor.notebook.isDirty)
  })
}

function twoLessons(page: Page): void {
  it("run side by side, each with its own variables and outputs", async () => {
    const left = await openedLesson("left")
    const source = (name: string) =>
      `const me = "${name}"\nfor (let n = 0; n < 5; n++) { console.log(me, n); await new Promise((r) => setTimeout(r, 200)) }\nme`
    const file = join(scenario().folder, "right.kafka.md")
    writeFileSync(file, '---\nid: right\ntitle: { en: "right", zh: "right" }\n---\n\n```ts run\nlet begun = 1\n```\n')
    await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(file), "logbook-lesson", {
      viewColumn: vscode.ViewColumn.Beside,
    })
    const right = await openedNotebook(file)
    const cells = [left, right].map(({ notebook }) => codeCells(notebook)[0])
    const [leftCell, rightCell] = cells
    assert.ok(leftCell && rightCell)
    await writeCell(leftCell, source("left"))
    await writeCell(rightCell, source("right"))
    const run = (cell: vscode.NotebookCell) =>
      vscode.commands.executeCommand("notebook.cell.execute", {
        ranges: [{ start: cell.index, end: cell.index + 1 }],
        document: cell.notebook.uri,
      })
    await Promise.all([run(leftCell), run(rightCell)])
    await until("both", () => cells.every((cell) => cell?.executionSummary?.success !== undefined))
    await page.screenshot("unplanned-two")
    const lines = (name: string) => `${[0, 1, 2, 3, 4].map((n) => `${name} ${n}\n`).join("")}'${name}'`
    assert.deepEqual([outputText(leftCell), outputText(rightCell)], [lines("left"), lines("right")])
  })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
