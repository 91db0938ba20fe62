import { describe, expect, test } from "vitest"
import { translateMessage } from "../../src/l10n/catalogue"
import {
  cellSource,
  commentLines,
  type EditedCell,
  filterLanguage,
  type Lesson,
  parseLesson,
  printLesson,
  replaceCells,
  runPlan,
  sections,
} from "../../src/lesson"

const text = `---
id: tiny
title: { en: "Tiny", zh: "小" }
summary: { en: "One idea.", zh: "一个想法。" }
minutes: 5
requires: [other]
cluster: { brokers: 3, configs: { replica.lag.time.max.ms: 3000 } }
---

<div lang="en">

## First *thing*

Text.

</div>
<div lang="zh">

## 第一件事

正文。

</div>

\`\`\`predict id=guess
en: Which?
zh: 哪个？
options:
  - { en: "A", zh: "甲", answer: true }
  - { en: "B", zh: "乙" }
\`\`\`

\`\`\`ts run
const a = 1
\`\`\`

\`\`\`live partition-log topic=orders partition=0
\`\`\`

\`\`\`ts exercise id=double
const b = a
\`\`\`

\`\`\`yaml hints for=double
- { en: "Twice.", zh: "两倍。" }
\`\`\`

\`\`\`ts solution for=double
const b = a * 2
\`\`\`

~~~ts check id=doubled for=double
expect(b).equals(2)
~~~

\`\`\`sh run id=shell
echo $KAFKA_BOOTSTRAP
\`\`\`

\`\`\`go
sample()
\`\`\`
`

const edited = (lesson: Lesson): EditedCell[] =>
  lesson.cells.map((cell) => ({ language: cell.language, text: cell.text, source: cellSource(cell) }))

describe("a lesson", () => {
  const lesson = parseLesson(text)

  test("has front matter, cells and no problems", () => {
    expect(lesson.problems).toEqual([])
    expect(lesson.frontMatter).toEqual({
      id: "tiny",
      title: { en: "Tiny", zh: "小" },
      summary: { en: "One idea.", zh: "一个想法。" },
      minutes: 5,
      requires: ["other"],
      cluster: { brokers: 3, configs: { "replica.lag.time.max.ms": "3000" } },
    })
    expect(
      lesson.cells.map((cell) => [cell.line, cell.kind === "code" ? cell.block : cell.blocks.map((b) => b.kind)]),
    ).toEqual([
      [10, ["predict"]],
      [33, "run"],
      [37, ["live"]],
      [40, "exercise"],
      [44, ["hints", "solution"]],
      [52, "check"],
      [56, "shell"],
      [60, ["sample"]],
    ])
  })

  test("runs in the order of the file, with the file's line numbers", () => {
    expect(runPlan(lesson)).toMatchObject([
      {
        kind: "predict",
        cell: "guess",
        line: 25,
        question: { text: { en: "Which?" }, options: [{ answer: true }, {}] },
      },
      { kind: "code", language: "typescript", cell: "run-1", code: { source: "const a = 1", line: 34 } },
      { kind: "live", cell: "live-1", line: 37, diagram: "partition-log", target: { topic: "orders", partition: "0" } },
      {
        kind: "exercise",
        cell: "double",
        stub: { source: "const b = a", line: 41 },
        solution: { source: "const b = a * 2", line: 49 },
        hints: [{ en: "Twice.", zh: "两倍。" }],
        checks: ["doubled"],
      },
      { kind: "check", cell: "doubled", exercise: "double", code: { source: "expect(b).equals(2)", line: 53 } },
      { kind: "code", language: "shell", cell: "shell", code: { source: "echo $KAFKA_BOOTSTRAP", line: 57 } },
    ])
  })

  test("has sections in both languages", () => {
    expect(sections(lesson)).toEqual([{ level: 2, title: { en: "First thing", zh: "第一件事" }, line: 12, cell: 0 }])
  })

  test("shows one language, or both", () => {
    const prose = lesson.cells[0]?.text.split("\n\n```")[0] ?? ""
    expect(filterLanguage(prose, "zh-tw")).toBe("## 第一件事\n\n正文。")
    expect(filterLanguage(prose, "en")).toBe("## First *thing*\n\nText.")
    expect(filterLanguage(`${prose}\n\nall`, "both")).toBe("## First *thing*\n\nText.\n\n## 第一件事\n\n正文。\n\nall")
  })

  test("tells which comment lines speak which language", () => {
    expect(commentLines("// en: a\n  // zh: 甲\nx() // en: no\n# en: shell")).toEqual([
      { line: 0, language: "en", text: "a" },
      { line: 1, language: "zh", text: "甲" },
      { line: 3, language: "en", text: "shell" },
    ])
  })
})

describe("editing a cell", () => {
  const lesson = parseLesson(text)
  const change = (edit: (cells: EditedCell[]) => EditedCell[]): string =>
    printLesson(replaceCells(lesson, edit(edited(lesson))))

  test("changes only its lines and keeps its fence", () => {
    const printed = change((cells) =>
      cells.map((cell, index) => (index === 5 ? { ...cell, text: "expect(b).equals(3)" } : cell)),
    )
    expect(printed).toBe(text.replace("equals(2)", "equals(3)"))
  })

  test("adds, deletes and moves with one blank line between", () => {
    const moved = change(([prose, run, ...rest]) =>
      prose && run ? [run, { language: "markdown", text: "new" }, prose, ...rest] : [],
    )
    expect(moved).toContain('---\n\n```ts run\nconst a = 1\n```\n\nnew\n\n<div lang="en">')
    const deleted = change((cells) => cells.slice(0, 1))
    expect(deleted).toBe(`${text.slice(0, text.indexOf("\n\n```ts run"))}\n`)
    expect(change((cells) => [...cells, { language: "shellscript", text: "ls" }])).toBe(
      `${text}\n\`\`\`sh run\nls\n\`\`\`\n`,
    )
  })

  test("splits and joins", () => {
    const split = change((cells) =>
      cells.flatMap((cell, index) =>
        index === 1
          ? [
              { ...cell, text: "const a = 1" },
              { language: cell.language, text: "const c = 3" },
            ]
          : [cell],
      ),
    )
    expect(split).toBe(text.replace("const a = 1\n```\n", "const a = 1\n```\n\n```ts run\nconst c = 3\n```\n"))
  })

  test("lengthens a fence that its content would close, and closes what would swallow the next cell", () => {
    const ticks = change((cells) => cells.map((cell, index) => (index === 1 ? { ...cell, text: "`\n```\n`" } : cell)))
    expect(ticks).toContain("````ts run\n`\n```\n`\n````\n")
    const open = change((cells) => cells.map((cell, index) => (index === 0 ? { ...cell, text: "<!-- half" } : cell)))
    expect(open).toContain("<!-- half\n-->\n\n```ts run\n")
  })
})

describe("a broken lesson", () => {
  test("says what is wrong, with its line", () => {
    const broken =
      "---\nid: [\n---\n\n```quiz id=q\nen: a\n```\n\n- x\n\n  ```live replication\n  ```\n\n```ts run\nnever closed"
    expect(
      parseLesson(broken).problems.map(({ line, message }) => `${line}: ${translateMessage("en", message)}`),
    ).toEqual([
      expect.stringMatching(/^[23]: YAML: /),
      "6: a quiz block needs its question in en and zh",
      "11: a live block must not stand in a list or quotation",
      "14: the run block is not closed",
    ])
  })
})
