import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseLesson } from "../../src/lesson/parseLesson"
import { cellSource, type EditedCell, printCells, printLesson } from "../../src/lesson/printLesson"

const line = fc.oneof(
  fc.constantFrom(
    "---",
    "```ts run",
    "``` ts check id=a for=b",
    "````ts exercise id=x",
    "~~~sh run",
    "  ```ts run id=indented",
    "    ```ts run",
    "```",
    "````",
    "~~~",
    "~~~~",
    "  ```",
    "```live partitionLog topic=orders partition=0",
    "```predict id=p",
    "```quiz id=q wrong=1",
    "```yaml hints for=x",
    "```unknown",
    "> ```ts run",
    "- item",
    "1. one",
    "  continued",
    "",
    "",
    " ",
    "\t",
    "\tcode",
    "<!-- open",
    "-->",
    "<pre>",
    "</pre>",
    "<script>",
    '<div lang="en">',
    "</div>",
    "<?php",
    "# heading",
    "text",
    "===",
    "***",
    "id: x",
    "title: { en: a, zh: b }",
    "a: [",
    "a: *b",
    "x: &x [*x, *x]",
    "en: q",
    "options:",
    "  - { en: a, zh: b, answer: true }",
    "[a]: b",
    "你好",
    "\u2028",
    "\u0000",
    "\uFEFF",
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
)
const lineEnd = fc.oneof(
  { weight: 6, arbitrary: fc.constant("\n") },
  { weight: 2, arbitrary: fc.constant("\r\n") },
  { weight: 1, arbitrary: fc.constant("\r") },
)
const document = fc
  .tuple(
    fc.constantFrom("", "", "\uFEFF"),
    fc.array(fc.tuple(line, lineEnd), { maxLength: 25 }),
    fc.constantFrom("", "end"),
  )
  .map(([mark, lines, last]) => mark + lines.map(([text, end]) => text + end).join("") + last)

const editedCells = (text: string): EditedCell[] =>
  parseLesson(text).cells.map((cell) => ({ language: cell.language, text: cell.text, source: cellSource(cell) }))

describe("a lesson's text", () => {
  test("is printed exactly as it was parsed, whatever it is", () => {
    fc.assert(
      fc.property(document, (text) => {
        const lesson = parseLesson(text)
        expect(printLesson(lesson)).toBe(text)
        expect(printCells(lesson, editedCells(text))).toBe(text)
        for (const problem of lesson.problems) expect(problem.line).toBeGreaterThan(0)
      }),
      { numRuns: 12_000 },
    )
  })

  test("has its cells at the lines that they name", () => {
    fc.assert(
      fc.property(document, (text) => {
        const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)
        for (const cell of parseLesson(text).cells) {
          const raw = cell.raw.split(/\r\n|\r|\n/)
          expect(lines.slice(cell.line - 1, cell.endLine)).toEqual(raw)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe("editing a lesson's cells", () => {
  test("closes a fence that a list in the markdown cell above leaves open", () => {
    const lesson = parseLesson("````ts exercise id=x\n1\n````")
    const prose = (text: string): EditedCell => ({ language: "markdown", text })
    const fence = "\n  ```\n!\n  ```"
    const printed = printCells(lesson, [prose("- item"), prose(fence), ...editedCells("````ts exercise id=x\n1\n````")])
    expect(parseLesson(printed).cells.at(-1)).toMatchObject({ kind: "code", text: "1" })
  })

  const edit = fc.record({
    kind: fc.constantFrom("text", "add", "remove", "move", "language"),
    at: fc.nat(20),
    to: fc.nat(20),
    language: fc.constantFrom("markdown", "logbook-typescript", "shellscript" as const),
    text: fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n")),
  })

  test("keeps every code cell a cell of its own with its text", () => {
    fc.assert(
      fc.property(document, fc.array(edit, { minLength: 1, maxLength: 4 }), (text, edits) => {
        const cells = editedCells(text)
        for (const { kind, at, to, language, text } of edits) {
          const index = cells.length === 0 ? 0 : at % cells.length
          const cell = cells[index]
          if (kind === "add") cells.splice(index, 0, { language: language as EditedCell["language"], text })
          else if (cell === undefined) continue
          else if (kind === "text") cells[index] = { ...cell, text }
          else if (kind === "remove") cells.splice(index, 1)
          else if (kind === "language") cells[index] = { ...cell, language: language as EditedCell["language"] }
          else cells.splice(to % cells.length, 0, ...cells.splice(index, 1))
        }
        const printed = printCells(parseLesson(text), cells)
        const expected = cells
          .filter((cell) => cell.language !== "markdown")
          .map((cell) => cell.text.replace(/\r\n?/g, "\n"))
        const found = parseLesson(printed).cells.filter((cell) => cell.kind === "code" || cell.language !== "markdown")
        // A fence that a reader types into prose is one more cell; those that were cells stay, in order.
        let from = 0
        for (const text of expected) {
          const next = found.findIndex((cell, index) => index >= from && cell.text === text)
          expect(next, JSON.stringify({ text, printed })).toBeGreaterThanOrEqual(from)
          from = next + 1
        }
      }),
      { numRuns: 4_000 },
    )
  })
})
