import * as assert from "node:assert/strict"
import * as vscode from "vscode"
import {
  codeCells,
  openedNotebook,
  outputText,
  revealLive,
  runAll,
  runCell,
  scenario,
  unsuccessfulCells,
} from "./notebook"
import { type Page, Page as PageOfBrowser, until } from "./page"
import { runMocha } from "./runMocha"

/** `npm start -- --smoke`: the first lesson from top to bottom in a real VS Code, and its live diagram with it. */
export async function run(): Promise<void> {
  const page = PageOfBrowser.find()
  if (!page) throw new Error("The smoke test reads the page: it runs in a VS Code for the browser.")
  await runMocha(() => smoke(page), page)
}

function smoke(page: Page): void {
  const name = process.env.LOGBOOK_SHOT ?? "lesson"

  it("opens the lesson, and its live diagram follows what its producing cell sends", async () => {
    const editor = await openedNotebook(scenario().file)
    await until("a painted code cell", async () =>
      page.workbench(`document.querySelectorAll(".notebookOverlay .cell.code .view-line").length > 0`),
    )
    await page.screenshot(`${name}-opened`)
    const producing = await runUntilProducing(page, editor)
    await showDiagram(page, editor, `${name}-diagram`)
    assert.equal(producing.after.identity, producing.before.identity, "the diagram is one and the same element")
    assert.ok(producing.sent > 0, "the producing cell sends something")
    assert.equal(producing.after.records - producing.before.records, producing.sent)
  })

  it("runs every cell by the notebook's own Run All", async () => {
    const editor = await openedNotebook(scenario().file)
    await runAll(editor)
    const unsuccessful = unsuccessfulCells(editor.notebook)
    for (const cell of codeCells(editor.notebook)) {
      const ok = !unsuccessful.includes(cell)
      await page.log(`${ok ? "✔" : "✗"} cell ${cell.index}: ${outputText(cell).replaceAll(/\s+/g, " ").slice(0, 150)}`)
    }
    assert.deepEqual(
      unsuccessful.map(({ index }) => index),
      [],
    )
    await scrollThrough(page, editor, name)
  })
}

interface Count {
  readonly identity: number
  readonly records: number
}

/**
 * Runs the cells in order up to the first that sends records while the diagram is shown. What it sends is what its
 * source says: the messages that it writes out.
 */
async function runUntilProducing(
  page: Page,
  editor: vscode.NotebookEditor,
): Promise<{ before: Count; after: Count; sent: number }> {
  for (const cell of codeCells(editor.notebook)) {
    const source = cell.document.getText()
    const sent = source.includes(".send(") ? [...source.matchAll(/\bvalue:/g)].length : 0
    if (sent === 0) {
      await runCell(editor, cell)
      continue
    }
    const before = await until("the diagram of an empty topic", () => readTwin(page, 0))
    await runCell(editor, cell)
    const after = await until("the diagram to count more records", () => readTwin(page, 1))
    return { before, after, sent }
  }
  throw new Error("No cell of the lesson sends a record while its diagram is shown.")
}

/** The record count that the text twin of the first live diagram names, once it names a topic and at least that many. */
async function readTwin(page: Page, atLeast: number): Promise<Count | undefined> {
  const [twin] = await page.queryDeep("[data-logbook-live] [data-logbook-twin]")
  const said = /^\s*(?:Topic|主题) (\S+?)[:：].*?(\d+) (?:records?|条记录)/s.exec(twin?.text ?? "")
  if (!twin || said === null) return undefined
  const records = Number(said[2])
  return records >= atLeast ? { identity: twin.identity, records } : undefined
}

async function showDiagram(page: Page, editor: vscode.NotebookEditor, shot: string): Promise<void> {
  revealLive(editor)
  await until("a drawn picture", async () => (await page.queryDeep("[data-logbook-live] svg")).length > 0)
  await page.screenshot(shot)
}

/** A screenshot of each screenful, for people to look at. */
async function scrollThrough(page: Page, editor: vscode.NotebookEditor, name: string): Promise<void> {
  const cells = editor.notebook.cellCount
  const stops = 4
  for (let stop = 0; stop < stops; stop++) {
    const at = Math.min(cells - 1, Math.round((stop * (cells - 1)) / (stops - 1)))
    editor.revealRange(new vscode.NotebookRange(at, at + 1), vscode.NotebookEditorRevealType.AtTop)
    await new Promise((resolve) => setTimeout(resolve, 800))
    await page.screenshot(`${name}-${stop + 1}`)
  }
}
