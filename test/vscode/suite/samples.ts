import * as assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { addCell, closeEditors, openedNotebook, scenario } from "./notebook"
import { type Page, until } from "./page"
import { setTheme } from "./themes"

const lesson = `---
id: samples
title: { en: "Samples", zh: "示例" }
---

# Samples

\`\`\`ts
// Five colours at least.
export async function answer(question: string): Promise<number> {
  return question.length === 0 ? 41 + 1 : await Promise.resolve(42)
}
\`\`\`

\`\`\`json
{ "acks": "all", "retries": 5, "idempotent": true }
\`\`\`
`

/** Code in prose is coloured by VS Code, once, in the theme that it has then. */
export function defineSampleSuite(page: Page): void {
  describe("samples in prose", () => {
    const file = join(scenario().folder, "samples.kafka.md")

    before(() => {
      writeFileSync(file, lesson)
      return closeEditors()
    })

    after(async () => {
      await closeEditors()
      await setTheme("light")
    })

    it("take on a new theme's colours at once, and leave no trace of it in the document", async () => {
      await setTheme("dark")
      await openedNotebook(file)
      const dark = await until("the samples' colours", () => coloursOf(page))
      await closeEditors()
      await setTheme("light")
      const editor = await openedNotebook(file)
      const light = await until("the samples' colours in the other theme", () => coloursOf(page))
      assert.notDeepEqual(light, dark)
      const { notebook } = editor
      await addCell(notebook, "const added = 1")
      await vscode.workspace.save(notebook.uri)
      await setTheme("dark")
      await until("the colours as a lesson that is opened in this theme has them", async () => {
        return JSON.stringify(await coloursOf(page)) === JSON.stringify(dark)
      })
      assert.equal(notebook.isDirty, false)
      await vscode.window.showNotebookDocument(notebook)
      await vscode.commands.executeCommand("notebook.focusTop")
      await vscode.commands.executeCommand("undo")
      await until("the first step back to take away the cell", () => !notebook.getCells().some(isAdded))
    })
  })
}

function isAdded({ document }: vscode.NotebookCell): boolean {
  return document.getText() === "const added = 1"
}

/** Each coloured word of the samples with its colour; nothing while they have none. */
async function coloursOf(page: Page): Promise<readonly string[] | undefined> {
  const words = await page.notebook<string[]>(`(() => {
    const words = []
    const walk = (root) => {
      for (const word of root.querySelectorAll(".vscode-code-block span")) {
        if (word.childElementCount === 0) words.push(word.textContent + " " + getComputedStyle(word).color)
      }
      for (const element of root.querySelectorAll("*")) if (element.shadowRoot) walk(element.shadowRoot)
    }
    walk(document)
    return words
  })()`)
  const colours = new Set(words.map((word) => word.split(" rgb").at(-1)))
  return colours.size > 2 ? words : undefined
}
