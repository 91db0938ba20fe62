import * as assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import * as vscode from "vscode"
import { setLanguage } from "./lesson"
import { openedNotebook, scenario } from "./notebook"
import { Page, until } from "./page"
import { runMocha } from "./runMocha"

/** Windows that are opened one after the other: each activates once. */
const STARTS = 7
const ROUNDS = 7
/** A machine that does other work too is slow, not broken. */
const PATIENCE_MS = 15 * 60_000

/** Ours, what VS Code brings along itself, and the least that there is. */
interface Compared {
  readonly ours: number[]
  readonly peer: number[]
  readonly floor: number[]
}

interface Figures {
  readonly vscode: string
  readonly open: Compared
  readonly language: Compared
  readonly activation: Compared
  /**
   * Of our activation: reading and compiling the code, and the call of `activate` with what else VS Code does before it
   * marks the end of it.
   */
  readonly activationParts: { readonly load: number[]; readonly call: number[] }
}

/** Times what a reader waits for in the editor; `npm run bench -- notebook` reads them. */
export async function run(): Promise<void> {
  const page = Page.find()
  if (!page) throw new Error("Painted is what the page shows: this runs in a VS Code for the browser.")
  const figures = readFigures()
  await runMocha((_, phase) => {
    describe(`the notebook, window ${phase} of ${STARTS}`, () => {
      it("was activated", async function activated() {
        this.timeout(PATIENCE_MS)
        await page.watchPainting()
        await openedNotebook(scenario().file)
        // What still opens would be taken for what is asked for later.
        await until("the window's first lesson", () => isPainted(page), PATIENCE_MS)
        await readActivation(page, figures)
      })
      if (phase === STARTS) defineWaits(page, figures)
      after(async () => {
        writeFileSync(figuresFile(), JSON.stringify(figures))
        if (phase < STARTS) await page.reload()
        else await page.log(`figures: ${JSON.stringify(figures)}`)
      })
    })
  }, page)
}

/** What a reader waits for in a window that stands. */
function defineWaits(page: Page, figures: Figures): void {
  it("opens a lesson", async function opens() {
    this.timeout(PATIENCE_MS)
    const { file, folder } = scenario()
    const { extensionPath } = vscode.extensions.getExtension("logbook.logbook-for-apache-kafka") ?? {
      extensionPath: "",
    }
    const command = ["export", file, "--to", "ipynb", "--lang", "en", "--out", folder]
    execFileSync(process.execPath, [join(extensionPath, "dist", "cli.js"), ...command])
    const exported = join(folder, basename(file).replace(/\.kafka\.md$/, ".en.ipynb"))
    const least = join(folder, "least.logbook-least")
    writeFileSync(least, "# A heading\n")
    vscode.workspace.registerNotebookSerializer("logbook-least", leastSerializer)
    const sides = {
      ours: () => openMs(page, file, "logbook-lesson"),
      peer: () => openMs(page, exported, "jupyter-notebook"),
      floor: () => openMs(page, least, "logbook-least"),
    }
    const names = ["ours", "peer", "floor"] as const
    // The first of each loads what it does not load again: it is not counted.
    for (const name of names) await sides[name]()
    for (let round = 0; round < ROUNDS; round++) {
      // Each is the first one in turn.
      for (let index = 0; index < names.length; index++) {
        const name = names[(round + index) % names.length] ?? "ours"
        figures.open[name].push(await sides[name]())
      }
    }
  })

  it("switches its language", async function switches() {
    this.timeout(PATIENCE_MS)
    await openMs(page, scenario().file, "logbook-lesson")
    await setLanguage("en")
    for (let round = 0; round < ROUNDS * 2; round++) figures.language.ours.push(await switchMs(page))
    await setLanguage("en")
  })
}

/** The windows before this one have left theirs. */
function readFigures(): Figures {
  if (existsSync(figuresFile())) return JSON.parse(readFileSync(figuresFile(), "utf8")) as Figures
  const nothing = (): Compared => ({ ours: [], peer: [], floor: [] })
  return {
    vscode: vscode.version,
    open: nothing(),
    language: nothing(),
    activation: nothing(),
    activationParts: { load: [], call: [] },
  }
}

function figuresFile(): string {
  return join(scenario().results ?? "", "figures.json")
}

/** A notebook of one heading, read without any work: what then is waited for is VS Code's own. */
const leastSerializer: vscode.NotebookSerializer = {
  deserializeNotebook: (content) => {
    const text = new TextDecoder().decode(content)
    return new vscode.NotebookData([new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, text, "markdown")])
  },
  serializeNotebook: ({ cells }) => new TextEncoder().encode(cells.map(({ value }) => value).join("\n")),
}

/** As "Developer: Show Running Extensions" lists it. */
async function readActivation(page: Page, { activation, activationParts }: Figures): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.showRuntimeExtensions")
  const rows = await until("the list of extensions", () => listedExtensions(page), 120_000)
  await page.screenshot("activation")
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor")
  for (const [side, name] of Object.entries(listed)) {
    const found = rows.filter((text) => name.test(text)).flatMap(activationMs)
    assert.equal(found.length, 1, `${side}: ${rows.join("\n")}`)
    activation[side as keyof Compared].push(...found)
  }
  const { load, call } = ownParts()
  activationParts.load.push(load)
  activationParts.call.push(call)
}

/** How the rows of the list begin. */
const listed: Readonly<Record<keyof Compared, RegExp>> = {
  ours: /^Logbook for/,
  // It is activated in every window; "Configuration Editing" only in the first one of a profile.
  peer: /^Emmet/,
  floor: /^An empty extension/,
}

/** VS Code's own marks (vs/base/common/performance.ts) in the extension host, where this runs too. */
function ownParts(): { load: number; call: number } {
  const { MonacoPerformanceMarks } = globalThis as { MonacoPerformanceMarks?: { getMarks(): readonly Mark[] } }
  const marks = MonacoPerformanceMarks?.getMarks() ?? []
  const at = (name: string) =>
    marks.find((mark) => mark.name === `code/extHost/${name}/logbook.logbook-for-apache-kafka`)?.startTime ?? Number.NaN
  return {
    load: at("didLoadExtensionCode") - at("willLoadExtensionCode"),
    call: at("didActivateExtension") - at("willActivateExtension"),
  }
}

interface Mark {
  readonly name: string
  readonly startTime: number
}

/** From the command to the frame that shows the first heading. */
async function openMs(page: Page, file: string, type: string): Promise<number> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors")
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
  const started = Date.now()
  const opening = vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(file), type)
  const painted = await page.nextPainted(started)
  await opening
  return painted - started
}

/** What closing a notebook leaves to do is not what opening one takes. */
const QUIET_MS = 500

async function isPainted(page: Page): Promise<boolean> {
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
    if (Object.values(listed).every((name) => [...rows].some((text) => name.test(text)))) return [...rows]
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
