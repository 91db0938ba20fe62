import * as assert from "node:assert/strict"
import * as vscode from "vscode"
import { codeCells, openedLesson, outputText, runCell } from "./notebook"
import { type Page, until } from "./page"

const lesson = `---
id: debugged
title: { en: "Debugged", zh: "调试" }
---

\`\`\`ts run
interface Order {
  readonly id: number
}
let total: number = 0
function add(order: Order): number {
  total += order.id
  return total
}
let counted = 0
function count(): number {
  return ++counted
}
add({ id: 2 })
\`\`\`

\`\`\`ts run
const later = add({ id: 40 })
count()
later
\`\`\`

\`\`\`ts run
[later, counted]
\`\`\`

\`\`\`sh run
echo not debugged
\`\`\`
`

/** The line inside of \`add\`, counted from 0. */
const lineOfSum = 5

/** Cells under VS Code's own JavaScript debugger. */
export function defineDebuggingSuite(page: Page): void {
  describe("a debugged cell", () => {
    let editor: vscode.NotebookEditor
    const cell = (index: number) => codeCells(editor.notebook)[index] as vscode.NotebookCell
    const debug = (index: number) => vscode.commands.executeCommand("logbook.debugCell", cell(index))

    before(async () => {
      editor = await openedLesson("debugged.kafka.md", lesson)
      const place = new vscode.Location(cell(0).document.uri, new vscode.Position(lineOfSum, 0))
      vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(place)])
    })

    after(async () => {
      vscode.debug.removeBreakpoints(vscode.debug.breakpoints)
      await vscode.debug.stopDebugging()
      await vscode.commands.executeCommand("workbench.action.closeAllEditors")
    })

    it("is asked for in the menu beside its run button", () => {
      const { menus } =
        vscode.extensions.getExtension("logbook.logbook-for-apache-kafka")?.packageJSON.contributes ?? {}
      const commands = menus["notebook/cell/execute"].map(({ command }: { command: string }) => command)
      assert.deepEqual(commands, ["logbook.debugCell"])
    })

    it("is none of a shell: nothing runs, and no debugger starts", async () => {
      await debug(3)
      assert.deepEqual(
        [vscode.debug.activeDebugSession, cell(3).executionSummary?.executionOrder],
        [undefined, undefined],
      )
    })

    it("stops at its breakpoint, in the cell and on its line, where its variables can be read", async () => {
      const run = debug(0)
      const { session, frames, goOn } = await paused()
      assert.deepEqual(placesOf(frames).slice(0, 2), [
        { name: "add", line: 6, at: cell(0).document.uri.toString() },
        { name: "<anonymous>", line: 13, at: cell(0).document.uri.toString() },
      ])
      const { result } = await session.customRequest("evaluate", { expression: "order.id", frameId: frames[0]?.id })
      assert.equal(result, "2")
      await page.screenshot("debug-paused")
      await goOn()
      await run
      assert.equal(outputText(cell(0)), "2")
    })

    it("leaves the debugger there for what runs later, from another cell", async () => {
      const run = runCell(editor, cell(1))
      const { frames, goOn } = await paused()
      assert.deepEqual(placesOf(frames).slice(0, 2), [
        { name: "add", line: 6, at: cell(0).document.uri.toString() },
        { name: "<anonymous>", line: 1, at: cell(1).document.uri.toString() },
      ])
      await goOn()
      await run
      assert.equal(outputText(cell(1)), "42")
    })

    it("is interrupted while it is paused: what follows does not run, variables and the debugger stay", async () => {
      const run = runCell(editor, cell(1))
      await paused()
      await vscode.commands.executeCommand("notebook.cancelExecution")
      await run
      assert.equal(cell(1).executionSummary?.success, false)
      await runCell(editor, cell(2))
      assert.match(outputText(cell(2)), /^\[ 42, 1 \]/)
    })

    it("has a debugger again once the kernel has been restarted", async () => {
      await vscode.commands.executeCommand("logbook.restartKernel")
      const run = debug(0)
      await paused()
      await vscode.debug.stopDebugging()
      await run
      assert.equal(outputText(cell(0)), "2")
    })
  })
}

interface Frame {
  readonly id: number
  readonly name: string
  readonly line: number
  readonly source?: { readonly path?: string }
}

const placesOf = (frames: readonly Frame[]) =>
  frames.map(({ name, line, source }) => ({ name, line, at: source?.path }))

interface Paused {
  readonly session: vscode.DebugSession
  readonly frames: readonly Frame[]
  goOn(): Promise<void>
}

/** The session that is paused, and the frames of its stack. */
async function paused(): Promise<Paused> {
  const frameInFront = () => {
    const item = vscode.debug.activeStackItem
    return item instanceof vscode.DebugStackFrame ? item : undefined
  }
  const { session, threadId } = await until("a frame that is paused", frameInFront, 30_000)
  const { stackFrames } = await session.customRequest("stackTrace", { threadId, startFrame: 0, levels: 20 })
  return {
    session,
    frames: stackFrames,
    goOn: async () => {
      await session.customRequest("continue", { threadId })
      await until("no frame", () => frameInFront() === undefined)
    },
  }
}
