import * as assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as vscode from "vscode"
import { seriousProblems } from "./axe"
import { closeEditors, codeCells, openedNotebook, outputText, runAll, scenario, writeCell } from "./notebook"
import { type Page, until } from "./page"
import { setTheme } from "./themes"

/**
 * One of everything that a lesson can show and that is ours to draw: the blocks of its prose, the outputs of its cells.
 */
const lesson = `---
id: kinds
title: { en: "Kinds", zh: "种类" }
---

\`\`\`predict id=guess
en: How many records?
zh: 多少条记录？
options:
  - { en: "1", zh: "1", answer: true }
  - { en: "2", zh: "2" }
\`\`\`

\`\`\`ts run
import { createAdmin, createProducer, display, faults, group, live, sequence, topic, until } from "kit"
const kinds = topic("kinds")
const profiles = topic("profiles")
const admin = await createAdmin()
await admin.createTopic(kinds, { partitions: 2 })
await admin.createTopic(profiles, { configs: { "cleanup.policy": "compact", "min.cleanable.dirty.ratio": 0 } })
const teller = await createProducer({ transactionalId: group("teller") })
for (const id of ["first", "second"]) {
  await sequence.record(id, () => teller.transaction(({ send }) => send(kinds, { value: id, partition: 0 })))
}
await teller.transaction(async ({ send }) => {
  await send(kinds, { value: "third", partition: 0 })
  throw new Error("aborted")
}).catch(String)
const producer = await createProducer()
for (const key of ["A", "B", "A", "C", "B", "A", "D"]) await producer.send(profiles, { key, value: "v" })
await faults.run("roll", profiles, 0)
await faults.run("cleaner", profiles, 0)
await producer.send(profiles, { key: "B", value: null })
await admin.kafkajs.setOffsets({ groupId: group("readers"), topic: kinds, partitions: [{ partition: 0, offset: "1" }] })
\`\`\`

\`\`\`live partition-log topic=kinds partition=0
\`\`\`

\`\`\`live partition-log topic=profiles partition=0
\`\`\`

\`\`\`live replication topic=kinds partition=0
\`\`\`

\`\`\`live topology
\`\`\`

\`\`\`live consumer-group group=readers
\`\`\`

\`\`\`live partitioner topic=kinds keys=a,b
\`\`\`

\`\`\`live transaction transaction=teller
\`\`\`

\`\`\`ts run
undefined
\`\`\`

\`\`\`sequence record=first
\`\`\`

\`\`\`sequence compare=first,second
first: { en: "the first", zh: "第一次" }
second: { en: "the second", zh: "第二次" }
\`\`\`

\`\`\`ts run
display.table([{ offset: 0, value: "first" }, { offset: 2, value: "second" }])
display.chart({ "0": 3, "1": 5 }, { title: "Records per partition", unit: "records" })
display.json({ offset: 1 })
display.markdown("**bold** and [a link](https://kafka.apache.org)")
display.progress("reading", 10).update(4)
// Wider than any screen: it must be within reach of the keyboard.
display.mermaid("flowchart LR\\n  " + Array.from({ length: 60 }, (_, n) => "node" + n).join(" --> "))
console.log("printed")
console.error("complained")
live("partition-log", { topic: kinds, partition: 0 })
\`\`\`

\`\`\`ts run
Buffer.from("bytes of Kafka")
\`\`\`

\`\`\`ts exercise id=twice
const twice = (n: number) => n
\`\`\`

\`\`\`yaml hints for=twice
- { en: "One.", zh: "一。" }
- { en: "Two.", zh: "二。" }
- { en: "Three.", zh: "三。" }
\`\`\`

\`\`\`ts solution for=twice
const twice = (n: number) => 2 * n
\`\`\`

\`\`\`ts check id=doubled for=twice
expect(twice(0), { en: "twice nothing is nothing", zh: "零的两倍是零" }).equals(0)
expect(twice(2), { en: "twice two is four", zh: "二的两倍是四" }).equals(4)
\`\`\`

\`\`\`quiz id=question
en: Who?
zh: 谁？
options:
  - { en: "You", zh: "你", feedback: { en: "No.", zh: "不是。" } }
  - { en: "I", zh: "我", answer: true }
  - { en: "They", zh: "他们", feedback: { en: "No.", zh: "不是。" } }
\`\`\`

\`\`\`ts run
throw new Error("on purpose")
\`\`\`
`

/** What must have been seen before silence of axe means anything: how it is found, and how often at least. */
const kinds: Readonly<Record<string, number>> = {
  "[data-logbook-live]": 8,
  "logbook-sequence .logbook-picture": 3,
  // What a cell draws of its own, besides: a chart and a flowchart.
  ".logbook-picture": 13,
  ".logbook-picture[tabindex]": 1,
  ".logbook-options button": 5,
  "logbook-hints li": 1,
  ".logbook-feedback": 1,
  ".logbook-check .passed": 1,
  ".logbook-check .failed": 1,
  ".logbook-error-title": 1,
  strong: 1,
  table: 1,
}

/** Accessibility of every kind of block and output, in every theme. */
export function defineKindSuite(page: Page): void {
  describe("every kind of block and output", () => {
    let editor: vscode.NotebookEditor

    before(async function runTheLesson() {
      this.timeout(300_000)
      const file = join(scenario().folder, "kinds.kafka.md")
      writeFileSync(file, lesson)
      // The webview of another lesson would be taken for this one's.
      await closeEditors()
      editor = await openedNotebook(file)
      await runAll(editor)
      const exercise = codeCells(editor.notebook).find(({ metadata }) => metadata.block === "exercise")
      assert.ok(exercise)
      await writeCell(exercise, "const twice = (n: number) => n + 0")
      await vscode.commands.executeCommand("logbook.checkExercise", exercise)
      await vscode.commands.executeCommand("logbook.nextHint", exercise)
    })

    after(() => closeEditors())

    it("is there once a lesson has run, of which only the wrong exercise and the last cell fail", () => {
      const failed = codeCells(editor.notebook).filter((cell) => cell.executionSummary?.success !== true)
      assert.deepEqual(
        failed.map((cell) => cell.metadata.block),
        ["check", "run"],
        failed.map(outputText).join("\n"),
      )
    })

    it("tells of a log's tombstones, and of the markers that ended a transaction", async () => {
      const says = (text: RegExp) =>
        until(String(text), async () => {
          const twins = await page.queryDeep("[data-logbook-live] [data-logbook-twin]")
          return twins.some((twin) => text.test(twin.text))
        })
      await says(/Tombstones, which delete their keys: offset 7\./)
      await says(/Transaction teller is CompleteAbort.*Abort markers stand in kinds-0\./)
    })

    it("has nothing serious for axe in light, dark and high contrast", async function judge() {
      this.timeout(300_000)
      const seen = new Map<string, Set<number>>()
      const found: Record<string, string[]> = {}
      for (const theme of ["light", "dark", "contrast"] as const) {
        await setTheme(theme)
        const problems = new Set<string>()
        for (const cell of stopsOf(editor.notebook)) {
          await reveal(page, editor, cell)
          for (const problem of await seriousProblems(page)) problems.add(problem)
          await note(page, seen)
        }
        found[theme] = [...problems]
      }
      // What is drawn anew, for another theme say, is another element.
      const missing = Object.keys(kinds).filter((selector) => (seen.get(selector)?.size ?? 0) < (kinds[selector] ?? 0))
      assert.deepEqual([found, missing], [{ light: [], dark: [], contrast: [] }, []])
    })
  })
}

/** Cells that each begin a screen: all together show everything. */
function stopsOf(notebook: vscode.NotebookDocument): vscode.NotebookCell[] {
  const beginnings = ["```predict", "```live", "```sequence", "display.table", "Buffer.from", "```quiz"]
  return notebook.getCells().filter((cell) => beginnings.some((text) => cell.document.getText().includes(text)))
}

/** Brings a cell into view with all that it shows; a quiz is answered, as what it says then is to be judged too. */
async function reveal(page: Page, editor: vscode.NotebookEditor, cell: vscode.NotebookCell): Promise<void> {
  editor.revealRange(new vscode.NotebookRange(cell.index, cell.index + 1), vscode.NotebookEditorRevealType.AtTop)
  await until("what is in view", async () => {
    const loading = await page.queryDeep(".logbook-loading")
    return loading.every(({ visible }) => !visible)
  })
  if (!cell.document.getText().includes("```quiz")) return
  await until("the quiz", async () => (await page.queryDeep(THIRD_OPTION)).some(({ visible }) => visible))
  await page.clickDeep(THIRD_OPTION)
  await until("its feedback", async () => (await page.queryDeep(".logbook-feedback")).length > 0)
}

/** Only the quiz has three. */
const THIRD_OPTION = ".logbook-options button:nth-child(3)"

/** Which elements of each kind are there to be seen, also of those that are gone by now. */
async function note(page: Page, seen: Map<string, Set<number>>): Promise<void> {
  for (const selector of Object.keys(kinds)) {
    const elements = seen.get(selector) ?? new Set()
    for (const { identity, visible } of await page.queryDeep(selector)) if (visible) elements.add(identity)
    seen.set(selector, elements)
  }
}
