import * as assert from "node:assert/strict"
import { type ChildProcess, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { userInfo } from "node:os"
import { join } from "node:path"
import * as vscode from "vscode"
import { codeCells, openedLesson, outputText, runCell, scenario } from "./notebook"
import { type Page, until } from "./page"

const lesson = `---
id: elsewhere
title: { en: "Elsewhere", zh: "别处" }
---

\`\`\`ts run
import { connection, topic } from "kit"
console.log(topic("x"), connection().brokers)
\`\`\`

\`\`\`ts run
import { createAdmin, topic } from "kit"
const admin = await createAdmin()
console.log("created", await admin.createTopic(topic("mine")))
\`\`\`
`

/** The same lesson on the embedded cluster and on two connections of a cluster that others use. */
export function defineClusterSuite(page: Page): void {
  describe("the cluster that a lesson runs on", () => {
    let other: ChildProcess
    let bootstrap: string
    let editor: vscode.NotebookEditor
    const connect = async (name: string, marks = "") => {
      const file = join(scenario().folder, `${name}.properties`)
      writeFileSync(file, `bootstrap.servers=${bootstrap}\n${marks}`)
      await vscode.commands.executeCommand("logbook.switchCluster", vscode.Uri.file(file))
    }
    // Editors in the background keep their toolbars in the page.
    const toolbar = () =>
      page.workbench<string>(
        `[...document.querySelectorAll(".notebook-toolbar-container")].filter((bar) => bar.offsetParent).map((bar) => bar.textContent).join()`,
      )
    const first = () => codeCells(editor.notebook)[0] as vscode.NotebookCell
    const second = () => codeCells(editor.notebook)[1] as vscode.NotebookCell

    before(async () => {
      const { extensionPath } = vscode.extensions.getExtension("logbook.logbook-for-apache-kafka") ?? {
        extensionPath: "",
      }
      other = spawn(process.execPath, [join(extensionPath, "dist", "cli.js"), "cluster", "--brokers", "1"], {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      })
      let said = ""
      other.stdout?.setEncoding("utf8").on("data", (text: string) => {
        said += text
      })
      bootstrap = await until("another cluster", () => /^bootstrap: (.+)$/m.exec(said)?.[1], 60_000)
      editor = await openedLesson("elsewhere.kafka.md", lesson)
    })

    after(async () => {
      other.kill("SIGTERM")
      await vscode.commands.executeCommand("workbench.action.closeActiveEditor")
    })

    it("is the embedded one at first, without a question, and named in the toolbar", async () => {
      await runCell(editor, first())
      assert.match(outputText(first()), /^x \[/)
      assert.match(await toolbar(), /Embedded cluster/)
    })

    it("is switched to a connection file's, where names carry the reader's prefix", async () => {
      await connect("team")
      await until("the toolbar", async () => (await toolbar()).includes("team"))
      await runCell(editor, first())
      assert.ok(outputText(first()).startsWith(`${userInfo().username}.x [ '${bootstrap}' ]`), outputText(first()))
      await runCell(editor, second())
      assert.match(outputText(second()), /created true/)
      await page.screenshot("cluster-connected")
    })

    it("refuses writes where its file says read-only", async () => {
      await connect("look", "logbook.read.only=true\n")
      await until("the toolbar", async () => (await toolbar()).includes("look (read-only)"))
      await runCell(editor, second())
      assert.equal(second().executionSummary?.success, false)
      assert.match(outputText(second()), /read-only: nothing is changed/)
    })

    it("asks before cells run where its file says production, once", async () => {
      await connect("live", "logbook.production=true\n")
      const dialog = `document.querySelector(".monaco-dialog-box")?.textContent ?? ""`
      const ran = runCell(editor, first())
      await until("the question", async () => (await page.workbench<string>(dialog)).includes("live is a production"))
      await page.screenshot("cluster-production")
      await page.click('.monaco-dialog-box .monaco-button:has-text("Run")')
      await ran
      await until("the cell", () => outputText(first()).includes(bootstrap))
      await runCell(editor, first())
      assert.equal(await page.workbench<string>(dialog), "")
    })

    it("is the embedded one again, where the kernel starts anew", async () => {
      await vscode.commands.executeCommand("notebook.selectKernel", {
        id: "logbook-embedded",
        extension: "logbook.logbook-for-apache-kafka",
      })
      await until("the toolbar", async () => (await toolbar()).includes("Embedded cluster"))
      await runCell(editor, first())
      assert.match(outputText(first()), /^x \[/)
    })
  })
}
