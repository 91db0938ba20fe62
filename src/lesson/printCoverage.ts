import type { RunLine } from "../contract/run"
import { translateMessage } from "../l10n/catalogue"
import { findCoverage } from "./coverage"
import { isRecord, parseYaml } from "./parseFrontMatter"
import { parseLesson } from "./parseLesson"

/** A part of the curriculum: an experiment (`L07c`), a correction (`E28`) or a concept (`C-L07-3`). */
export interface CurriculumPart {
  readonly kind: string
  readonly id: string
  readonly what: string
}

/** Reads `curriculum.yaml`: kinds in order, and in each of them ids with what they stand for. */
export function parseCurriculum(yaml: string): CurriculumPart[] {
  const { value, problems } = parseYaml(yaml, 1)
  const [problem] = problems
  if (problem !== undefined)
    throw new Error(`curriculum.yaml, line ${problem.line}: ${translateMessage("en", problem.message)}`)
  return Object.entries(isRecord(value) ? value : {}).flatMap(([kind, parts]) =>
    Object.entries(isRecord(parts) ? parts : {}).map(([id, what]) => ({ kind, id, what: String(what) })),
  )
}

interface Row extends CurriculumPart {
  /** Where it is; a field that is not known stays empty. */
  readonly lesson: string
  readonly block: string
  readonly result: string
}

/**
 * A table of the curriculum: which lesson and check holds each part, and how that check ended in the runs. What no
 * lesson marks has a row with empty fields; a mark that the curriculum does not know is an error.
 */
export function printCoverage(
  curriculum: readonly CurriculumPart[],
  lessons: readonly { readonly file: string; readonly text: string }[],
  runs: readonly RunLine[],
): string {
  const marks = lessons.flatMap(({ file, text }) => {
    const lesson = parseLesson(text)
    return findCoverage(lesson).map((mark) => ({ ...mark, file, lessonId: lesson.frontMatter.id ?? file }))
  })
  const unknown = marks.find(({ id }) => !curriculum.some((part) => part.id === id))
  if (unknown) throw new Error(`${unknown.file}, line ${unknown.line}: the curriculum has no ${unknown.id}`)
  const rows = curriculum.flatMap((part): Row[] => {
    const found = marks.filter(({ id }) => id === part.id)
    if (found.length === 0) return [{ ...part, lesson: "", block: "", result: "" }]
    return found.map(({ file, lessonId, check }) => ({
      ...part,
      lesson: `[${file}](${file})`,
      block: check === undefined ? "" : `\`${check}\``,
      result: check === undefined ? "" : lastResult(runs, lessonId, check),
    }))
  })
  const kinds = [...new Set(curriculum.map(({ kind }) => kind))]
  return `${lead}\n${kinds.map((kind) => printTable(kind, rows)).join("\n")}`
}

const lead = `# What the lessons cover

Written by the tests from \`curriculum.yaml\`, the marks in the lessons, and the last run in both languages; see
"Coverage" in [README.md](README.md).
`

/** Several runs of a check, one in each language, say "ok" only together. */
function lastResult(runs: readonly RunLine[], lesson: string, check: string): string {
  const ended = runs.filter((line) => line.lesson === lesson && line.cell === check).map(({ status }) => status)
  return ended.find((status) => status !== "ok") ?? ended[0] ?? ""
}

function printTable(kind: string, rows: readonly Row[]): string {
  const title = kind.charAt(0).toUpperCase() + kind.slice(1)
  const lines = rows
    .filter((row) => row.kind === kind)
    .map(({ id, what, lesson, block, result }) => `| ${[id, what, lesson, block, result].join(" | ")} |`)
  const head = ["| id | what | lesson | block | last result |", "|---|---|---|---|---|"]
  return [`## ${title}`, "", ...head, ...lines, ""].join("\n")
}
