import * as assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { seriousProblems } from "./axe"
import { pressKey } from "./keys"
import { setLanguage } from "./lesson"
import { codeCells, openedNotebook, outputText, runAll, runCell, scenario, unsuccessfulCells } from "./notebook"
import { type Page, Page as PageOfBrowser, until } from "./page"
import { runMocha } from "./runMocha"
import { setTheme } from "./themes"

/**
 * Every lesson from top to bottom after Run All, in both languages, light and dark: a screenshot of each screen for
 * people, and what a machine can see of it.
 */
export async function run(): Promise<void> {
  const page = PageOfBrowser.find()
  if (!page) throw new Error("Looking needs the page: it runs in a VS Code for the browser.")
  await runMocha(() => {
    const { folder, look: { lesson = "" } = {} } = scenario()
    const files = readdirSync(folder).filter((name) => name.endsWith(".kafka.md") && name.startsWith(lesson))
    for (const file of files.sort()) describe(file, () => lookThrough(page, join(folder, file), file.slice(0, 2)))
    if (lesson === "replication" || lesson === "") describe("the replication diagram", () => killTheLeader(page))
  }, page)
}

/** More screens than any lesson has. */
const MAX_SCREENS = 80

function lookThrough(page: Page, file: string, shot: string): void {
  let editor: vscode.NotebookEditor
  const { look } = scenario()
  before(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors")
    await vscode.commands.executeCommand("workbench.action.closeSidebar")
  })
  it("runs", async function runsAll() {
    this.timeout(300_000)
    editor = await openedNotebook(file)
    await runAll(editor)
    assert.deepEqual(
      unsuccessfulCells(editor.notebook).map((cell) => `${cell.index}: ${outputText(cell).slice(0, 300)}`),
      [],
    )
  })
  for (const language of ["en", "zh"] as const) {
    for (const theme of ["light", "dark", "contrast"] as const) {
      // Unless it is asked for, one language is enough in high contrast.
      if (look?.language ? look.language !== language : theme === "contrast" && language === "en") continue
      if (look?.theme && look.theme !== theme) continue
      it(`looks right in ${language}, ${theme}`, async function looks() {
        this.timeout(400_000)
        await setTheme(theme)
        await setLanguage(language)
        const found = await scroll(page, editor, `${shot}-${language}-${theme}`)
        assert.deepEqual(found, [])
      })
    }
  }
}

/** Four moments of the diagram while its leader is killed and started again by the buttons below it. */
function killTheLeader(page: Page): void {
  it("shows a killed leader, its successor and its return", async function kill() {
    this.timeout(300_000)
    await vscode.commands.executeCommand("workbench.action.closeAllEditors")
    await setTheme("light")
    await setLanguage("en")
    // Lessons and clusters beside it: the sidebar follows, too.
    await vscode.commands.executeCommand("logbook.clusters.focus")
    const { folder } = scenario()
    const file = readdirSync(folder).find((name) => name.startsWith("07")) ?? ""
    const editor = await openedNotebook(join(folder, file))
    const [connect] = codeCells(editor.notebook)
    assert.ok(connect)
    await runCell(editor, connect)
    const diagram = editor.notebook.getCells().find((cell) => cell.document.getText().includes("```live replication"))
    assert.ok(diagram)
    editor.revealRange(
      new vscode.NotebookRange(diagram.index, diagram.index + 1),
      vscode.NotebookEditorRevealType.AtTop,
    )
    const says = (what: string, text: RegExp) =>
      until(what, async () => {
        const twins = await page.queryDeep("[data-logbook-live] [data-logbook-twin]")
        return twins.some((twin) => text.test(twin.text))
      })
    const shoot = async (name: string, drawn: RegExp) => {
      await until("the picture", async () => {
        const [picture] = await page.queryDeep("[data-logbook-live] svg")
        return drawn.test(picture?.text ?? "")
      })
      await pause(500)
      await page.screenshot(`replication-${name}`)
    }
    await says("the whole ISR", /Broker 2 leads.*In sync: \d, \d, and \d\./)
    await pressKey(page, "Enter", "Break something")
    await shoot("1-whole", /broker 2leader/)
    await pressKey(page, "Enter", "Kill broker 2")
    await says("the dead leader", /Broker 2 \(/)
    await shoot("2-killed", /broker 2(leader|follower) · dead/)
    await says("a successor", /Broker [13] leads.*In sync: \d and \d\./)
    await shoot("3-successor", /broker [13]leader/)
    await pressKey(page, "Space", "Start broker 2")
    await says("the whole ISR again", /In sync: \d, \d, and \d\./)
    await shoot("4-back", /broker 2follower · in sync/)
    assert.equal(editor.notebook.isDirty, false)
  })
}

/** Goes through the notebook screen by screen; answers what is wrong on each. */
async function scroll(page: Page, editor: vscode.NotebookEditor, name: string): Promise<string[]> {
  editor.revealRange(new vscode.NotebookRange(0, 1), vscode.NotebookEditorRevealType.AtTop)
  await pause(1_000)
  const problems: string[] = []
  let before = ""
  for (let screen = 1; screen <= MAX_SCREENS; screen++) {
    const at = await page.workbench<string>(
      `document.querySelector(".notebookOverlay .monaco-list-rows")?.style.top ?? ""`,
    )
    if (at === before) break
    before = at
    await page.screenshot(`${name}-${String(screen).padStart(2, "0")}`)
    const found = await page.notebook<string[]>(LOOK)
    // Cells beyond the screen are on the page too: every third screen is enough for axe.
    if (screen % 3 === 1) found.push(...(await seriousProblems(page)))
    const squiggles = await page.workbench<number>(
      `document.querySelectorAll(".notebookOverlay .squiggly-error").length`,
    )
    if (squiggles > 0) found.push(`${squiggles} squiggles`)
    problems.push(...found.map((problem) => `screen ${screen}: ${problem}`))
    await page.wheel(14)
    await pause(500)
  }
  return [...new Set(problems)]
}

/** What a machine sees on the screen: text that runs out of its place, raw markup, letters too small to read. */
const LOOK = `(() => {
  const problems = []
  const wide = document.documentElement.clientWidth
  const isShown = (box) => box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
  const isScrolled = (element) => {
    for (let each = element; each; each = each.parentElement ?? each.getRootNode().host) {
      if (/auto|scroll|hidden/.test(getComputedStyle(each).overflowX) && each !== document.body) return true
    }
    return false
  }
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot)
      const box = element.getBoundingClientRect()
      if (!isShown(box) || element.closest("defs, style, script")) continue
      if (box.right > wide + 1 && !isScrolled(element)) problems.push("too wide: " + element.outerHTML.slice(0, 120))
      if (element.matches(".logbook-canvas svg text")) {
        const line = element.querySelector("tspan tspan, tspan") ?? element
        const height = parseFloat(getComputedStyle(line).fontSize) * (element.getScreenCTM()?.a ?? 1)
        if (height < 8) problems.push("letters of " + height.toFixed(1) + " px: " + element.textContent.slice(0, 60))
      }
      if (element.matches(".logbook-canvas g.node")) {
        const rect = element.querySelector("rect, path, polygon")?.getBoundingClientRect()
        const text = element.querySelector("text")?.getBoundingClientRect()
        if (rect && text && text.width > rect.width + 2) problems.push("out of its box: " + element.textContent.slice(0, 60))
      }
      if (element.matches("p, li, td, th, h1, h2, h3, h4, blockquote, button, summary") && !element.closest("pre, code")) {
        const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("")
        if (/\`\`\`|<\\/?div|\\*\\*|^\\s*\\|.*\\|\\s*$|<!--/m.test(own)) problems.push("raw markup: " + own.slice(0, 80))
      }
    }
  }
  walk(document)
  return problems
})()`

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
