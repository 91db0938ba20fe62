import * as assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { basename, join } from "node:path"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { openedNotebook, scenario } from "./notebook"
import { Page, until } from "./page"
import { runMocha } from "./runMocha"

const ROUNDS = 7
/** Looking whether something is painted takes the page's time: not more often than it could be noticed. */
const LOOK_MS = 15
/** A machine that does other work too is slow, not broken. */
const PATIENCE_MS = 15 * 60_000
const PAINT_LIMIT_MS = 3 * 60_000

/** Times what a reader waits for in the editor; `npm run bench -- notebook` reads them. */
export async function run(): Promise<void> {
  const page = Page.find()
  if (!page) throw new Error("Painted is what the page shows: this runs in a VS Code for the browser.")
  const figures = {
    vscode: vscode.version,
    open: { ours: [] as number[], peer: [] as number[] },
    language: { ours: [] as number[], peer: [] as number[] },
    activation: { ours: [] as number[], peer: [] as number[] },
  }
  await runMocha(() => {
    describe("the notebook", () => {
      it("opens a lesson", async function opens() {
        this.timeout(PATIENCE_MS)
        const { extensionPath } = vscode.extensions.getExtension("logbook.logbook-for-apache-kafka") ?? {
          extensionPath: "",
        }
        const { file, folder } = scenario()
        // The window opens on the lesson: what still opens would be taken for what is asked for.
        await openedNotebook(file)
        await until("the window's first lesson", () => isPainted(page), PATIENCE_MS)
        const command = ["export", file, "--to", "ipynb", "--lang", "en", "--out", folder]
        execFileSync(process.execPath, [join(extensionPath, "dist", "cli.js"), ...command])
        const exported = join(folder, basename(file).replace(/\.kafka\.md$/, ".en.ipynb"))
        // The first of each loads what both share: it is not counted.
        await openMs(page, exported, "jupyter-notebook")
        await openMs(page, file, "logbook-lesson")
        for (let round = 0; round < ROUNDS; round++) {
          figures.open.ours.push(await openMs(page, file, "logbook-lesson"))
          figures.open.peer.push(await openMs(page, exported, "jupyter-notebook"))
        }
      })

      it("switches its language", async function switches() {
        this.timeout(PATIENCE_MS)
        await openMs(page, scenario().file, "logbook-lesson")
        await setLanguage("en")
        for (let round = 0; round < ROUNDS * 2; round++) figures.language.ours.push(await switchMs(page))
        await setLanguage("en")
      })

      it("was activated", async () => {
        await vscode.commands.executeCommand("workbench.action.showRuntimeExtensions")
        const rows = await until("the list of extensions", () => listedExtensions(page))
        await page.screenshot("activation")
        const found = (name: RegExp) => rows.filter((text) => name.test(text)).flatMap(activationMs)
        figures.activation.ours.push(...found(/^Logbook/))
        figures.activation.peer.push(...found(/^Configuration Editing/))
        assert.deepEqual([figures.activation.ours.length, figures.activation.peer.length], [1, 1], rows.join("\n"))
      })

      after(() => page.log(`figures: ${JSON.stringify(figures)}`))
    })
  }, page)
}

/** From the command to the first heading that is seen. */
async function openMs(page: Page, file: string, type: string): Promise<number> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors")
  const started = Date.now()
  const opening = vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(file), type)
  for (;;) {
    if (await isPainted(page)) break
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    if (Date.now() - started > PAINT_LIMIT_MS) throw new Error(`${file} is not painted.`)
  }
  const ms = Date.now() - started
  await opening
  return ms
}

/** The notebook's list stands, and a heading is seen in it. Of code cells the first screen may show none. */
async function isPainted(page: Page): Promise<boolean> {
  const list = `!!document.querySelector(".notebookOverlay .monaco-list-row")`
  if (!(await page.workbench<boolean>(list))) return false
  // There may be no webview yet.
  return await page.queryDeep("h1, h2").then(
    (found) => found.some(({ visible }) => visible),
    () => false,
  )
}

/** Of a long list VS Code draws only the rows that are seen: they are gathered on the way down. */
async function listedExtensions(page: Page): Promise<string[] | undefined> {
  const rows = new Set<string>()
  for (let screen = 0; screen < 12; screen++) {
    const seen = await page.workbench<string[]>(
      `[...document.querySelectorAll(".runtime-extensions-editor .monaco-list-row")].map((row) => row.textContent)`,
    )
    for (const text of seen) rows.add(text)
    if ([/^Logbook/, /^Configuration Editing/].every((name) => [...rows].some((text) => name.test(text)))) {
      return [...rows]
    }
    await page.wheel(4)
  }
  await page.wheel(-100)
  return undefined
}

/** From the command to the second frame after the webview has heard of it: the first is drawn with it. */
async function switchMs(page: Page): Promise<number> {
  const painted = page.notebook<number>(`new Promise((resolve) => {
    const { style } = document.documentElement
    const before = style.getPropertyValue("--logbook-zh")
    const look = () => {
      if (style.getPropertyValue("--logbook-zh") === before) requestAnimationFrame(look)
      else requestAnimationFrame(() => requestAnimationFrame(() => resolve(Date.now())))
    }
    look()
  })`)
  // The page looks on before the command is given.
  await page.notebook("1")
  const started = Date.now()
  await vscode.commands.executeCommand("logbook.toggleLanguage")
  return (await painted) - started
}

/** "Activation: 38ms" */
function activationMs(text: string): number[] {
  const [, ms] = /Activation:\s*(\d+)\s*ms/.exec(text) ?? []
  return ms === undefined ? [] : [Number(ms)]
}
