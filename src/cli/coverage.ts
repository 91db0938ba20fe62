import { readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { parseArgs } from "node:util"
import type { RunLine } from "../contract/run"
import { parseCurriculum, printCoverage } from "../lesson"
import { type Command, type ExitCode, WrongUsage } from "./command"
import { findLessonFiles } from "./lessonFiles"

/** `logbook coverage PATH…`: which lesson and check holds which part of the curriculum, as markdown. */
export const coverage: Command = {
  name: "coverage",
  summary: "Print what of the curriculum the lessons hold.",
  usage: `logbook coverage PATH... --results FILE...

Prints which lesson and check holds which part of the curriculum.yaml beside the lessons, and the last result of that
check, as markdown. A FILE is what \`logbook run PATH... --all --json\` printed.
`,
  async run(argv): Promise<ExitCode> {
    const { values, positionals } = parse(argv)
    const files = findLessonFiles(positionals)
    const [first = ""] = files
    const curriculum = parseCurriculum(readFileSync(join(dirname(first), "curriculum.yaml"), "utf8"))
    const lessons = files.map((file) => ({ file: basename(file), text: readFileSync(file, "utf8") }))
    process.stdout.write(printCoverage(curriculum, lessons, values.results.flatMap(readResults)))
    return 0
  },
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { results: { type: "string", multiple: true, default: [] } },
    })
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error))
  }
}

function readResults(file: string): RunLine[] {
  const lines = readFileSync(file, "utf8").split("\n")
  return lines.filter((line) => line !== "").flatMap((line) => asRunLine(JSON.parse(line)))
}

function asRunLine(line: RunLine | { readonly summary: unknown }): RunLine[] {
  return "cell" in line ? [line] : []
}
