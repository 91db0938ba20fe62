import * as assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { basename, join } from "node:path"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { scenario } from "./notebook"
import { Page } from "./page"
import { runMocha } from "./runMocha"

const ROUNDS = 7

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
      it("opens a lesson", async () => {
        const { extensionPath } = vscode.extensions.getExtension("logbook.logbook-for-apache-kafka") ?? {
          extensionPath: "",
        }
        const { file, folder } = scenario()
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

      it("switches its language", async () => {
        await openMs(page, scenario().file, "logbook-lesson")
        await setLanguage("en")
        for (let round = 0; round < ROUNDS * 2; round++) figures.language.ours.push(await switchMs(page))
        await setLanguage("en")
      })

      it("was activated", async () => {
        await vscode.commands.executeCommand("workbench.action.showRuntimeExtensions")
        const rows = await page.workbench<string[]>(
          `new Promise((resolve) => setTimeout(() => resolve([...document.querySelectorAll(".runtime-extensions-editor .monaco-list-row")].map((row) => row.textContent)), 3000))`,
        )
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

/** From the command to the first code and the first heading that are seen. */
async function openMs(page: Page, file: string, type: string): Promise<number> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors")
  const isPainted = async () =>
    (await page.workbench<boolean>(`!!document.querySelector(".notebookOverlay .cell.code .view-line")`)) &&
    (await page.queryDeep("h2")).some(({ visible }) => visible)
  const started = Date.now()
  const opening = vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(file), type)
  for (;;) {
    if (await isPainted().catch(() => false)) break
    if (Date.now() - started > 60_000) throw new Error(`${file} is not painted.`)
  }
  const ms = Date.now() - started
  await opening
  return ms
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
