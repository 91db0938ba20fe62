import * as assert from "node:assert/strict"
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { addCell, codeCells, openedNotebook, outputText, runCell, scenario } from "./notebook"
import { type Page, Page as PageOfBrowser, until } from "./page"
import { runMocha } from "./runMocha"

/** Changes that are measured of each kind. */
const CHANGES = 100

/**
 * How far a live diagram is behind its cluster: from the time of the snapshot to the frame after the change, in the
 * page of a real VS Code. Writes `diagrams.json` for `npm run bench -- diagrams`.
 */
export async function run(): Promise<void> {
  const page = PageOfBrowser.find()
  if (!page) throw new Error("The page is measured: this runs in a VS Code for the browser.")
  await runMocha(() => measure(page), page)
}

/** One change of a picture; `isPatched` where only its text changed. */
interface Change {
  readonly delayMs: number
  readonly isPatched: boolean
}

function measure(page: Page): void {
  let editor: vscode.NotebookEditor
  let counters: Change[] = []

  it("follows counters", async function follow() {
    this.timeout(240_000)
    // What is looked at is the page of the only notebook.
    await vscode.commands.executeCommand("workbench.action.closeAllEditors")
    const { folder } = scenario()
    const file = readdirSync(folder).find((name) => name.startsWith("07")) ?? ""
    editor = await openedNotebook(join(folder, file))
    const [connect] = codeCells(editor.notebook)
    assert.ok(connect)
    await runCell(editor, connect)
    await showReplication(page, editor)
    await observe(page)
    await runSource(
      editor,
      `for (let i = 0; i < ${CHANGES}; i++) {
  await producer.send({ topic: payments, messages: [{ value: String(i) }] })
  await new Promise((resolve) => setTimeout(resolve, 120))
}`,
    )
    counters = await changes(page)
    await page.screenshot("counters")
    const patched = counters.filter(({ isPatched }) => isPatched).length
    assert.ok(patched >= CHANGES / 2, `${patched} of ${counters.length} changes were patched as text`)
  })

  it("follows what changes the shape of the picture", async function follow() {
    this.timeout(240_000)
    await showReplication(page, editor)
    await observe(page)
    await runSource(
      editor,
      `for (let i = 0; i < ${CHANGES / 4}; i++) {
  await faults.pause(3)
  await new Promise((resolve) => setTimeout(resolve, 700))
  await faults.resume(3)
  await new Promise((resolve) => setTimeout(resolve, 700))
}`,
    )
    const shapes = (await changes(page)).filter(({ isPatched }) => !isPatched)
    assert.ok(shapes.length >= CHANGES / 10, `the picture was drawn anew ${shapes.length} times`)
    const { results } = scenario()
    assert.ok(results)
    const measured = {
      vscode: vscode.version,
      counters: counters.filter(({ isPatched }) => isPatched).map(({ delayMs }) => delayMs),
      shapes: shapes.map(({ delayMs }) => delayMs),
    }
    writeFileSync(join(results, "diagrams.json"), JSON.stringify(measured))
  })
}

function replication(editor: vscode.NotebookEditor): vscode.NotebookCell {
  const cell = editor.notebook.getCells().find((each) => each.document.getText().includes("```live replication"))
  assert.ok(cell)
  return cell
}

async function showReplication(page: Page, editor: vscode.NotebookEditor): Promise<void> {
  const { index } = replication(editor)
  editor.revealRange(new vscode.NotebookRange(index, index + 1), vscode.NotebookEditorRevealType.AtTop)
  await until("the picture", async () =>
    (await page.queryDeep("[data-logbook-live] svg")).some(({ visible }) => visible),
  )
}

/** Runs a cell of its own right below the diagram, which stays in view. */
async function runSource(editor: vscode.NotebookEditor, source: string): Promise<void> {
  const cell = await addCell(editor.notebook, source, replication(editor).index + 1)
  await runCell(editor, cell)
  assert.equal(cell.executionSummary?.success, true, outputText(cell))
}

/** Notes each change of the first live picture and the next frame after it, by the clock of this machine. */
async function observe(page: Page): Promise<void> {
  await page.notebook(`(() => {
    const find = (root) => {
      for (const element of root.querySelectorAll("*")) {
        if (element.matches("[data-logbook-live]") && element.querySelector("svg")) return element
        const inside = element.shadowRoot && find(element.shadowRoot)
        if (inside) return inside
      }
    }
    const block = find(document)
    let svg = block.querySelector("svg")
    globalThis.logbookChanges = []
    globalThis.logbookObserver?.disconnect()
    globalThis.logbookObserver = new MutationObserver((mutations) => {
      const atMs = Number(block.querySelector(".logbook-canvas").dataset.atMs)
      const isDrawn = mutations.some(({ target, type }) => type !== "attributes" && target.closest?.(".logbook-canvas"))
      const isPatched = block.querySelector("svg") === svg
      svg = block.querySelector("svg")
      if (!isDrawn) return
      requestAnimationFrame(() => globalThis.logbookChanges.push({ delayMs: Date.now() - atMs, isPatched }))
    })
    globalThis.logbookObserver.observe(block, { subtree: true, childList: true, characterData: true })
  })()`)
}

function changes(page: Page): Promise<Change[]> {
  return page.notebook("globalThis.logbookChanges")
}
