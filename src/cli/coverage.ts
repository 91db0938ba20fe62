import { readFileSync } from "node:fs"
import { basename } from "node:path"
import { findCoverage, parseLesson } from "../lesson"
import type { Command, ExitCode } from "./command"
import { findLessonFiles } from "./lessonFiles"

interface Row {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly check: string | undefined
}

/** `logbook coverage PATH…`: which lesson and check holds which part of the curriculum, as markdown. */
export const coverage: Command = {
  name: "coverage",
  summary: "Print what of the curriculum the lessons hold.",
  usage: "logbook coverage PATH...\n\nPrints which lesson and check holds which part of the curriculum, as markdown.\n",
  async run(argv): Promise<ExitCode> {
    const rows = findLessonFiles(argv).flatMap((file) =>
      findCoverage(parseLesson(readFileSync(file, "utf8"))).map((mark) => ({ ...mark, file: basename(file) })),
    )
    process.stdout.write(print(rows))
    return 0
  },
}

const kinds = [
  { title: "Experiments", pattern: /^L\d/ },
  { title: "Corrections", pattern: /^E\d/ },
  { title: "Concepts", pattern: /^C-/ },
]

function print(rows: readonly Row[]): string {
  const tables = kinds.map(({ title, pattern }) => {
    const sorted = rows.filter(({ id }) => pattern.test(id)).sort((a, b) => byNumbers(a.id, b.id))
    const lines = sorted.map(
      ({ id, file, line, check }) => `| ${id} | [${file}:${line}](${file}) | ${check ? `\`${check}\`` : "text"} |`,
    )
    return [`## ${title}`, "", "| id | where | check |", "|---|---|---|", ...lines, ""].join("\n")
  })
  const lead =
    "Written by `npm run --silent logbook -- coverage lessons > lessons/coverage.md` from the marks in the lessons."
  return `# What the lessons cover\n\n${lead}\n\n${tables.join("\n")}`
}

/** L7a before L10a, E9 before E10. */
function byNumbers(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true })
}
