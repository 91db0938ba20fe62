import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import type { LessonLanguage } from "../contract/language"
import { exportHtml, exportNotebook, type Lesson, parseLesson } from "../lesson"
import type { Command, ExitCode } from "./command"
import { findLessonFiles } from "./lessonFiles"

const formats: Readonly<Record<string, (lesson: Lesson, language: LessonLanguage) => string>> = {
  html: exportHtml,
  ipynb: exportNotebook,
}

/** `logbook export PATH… --to html|ipynb --lang en|zh --out DIR`: prints the name of each file it wrote. */
export const exportLessons: Command = {
  name: "export",
  summary: "write lessons as pages or Jupyter notebooks: export PATH… --to html|ipynb --lang en|zh --out DIR",
  async run(argv): Promise<ExitCode> {
    const usage = readUsage(argv)
    if (typeof usage === "string") {
      process.stderr.write(`${usage}\n`)
      return 2
    }
    mkdirSync(usage.out, { recursive: true })
    for (const file of findLessonFiles(usage.paths)) {
      const target = join(usage.out, `${basename(file, ".kafka.md")}.${usage.language}.${usage.to}`)
      writeFileSync(target, usage.format(parseLesson(readFileSync(file, "utf8")), usage.language))
      process.stdout.write(`${target}\n`)
    }
    return 0
  },
}

interface Usage {
  readonly paths: readonly string[]
  readonly to: string
  readonly format: (lesson: Lesson, language: LessonLanguage) => string
  readonly language: LessonLanguage
  readonly out: string
}

function readUsage(argv: readonly string[]): Usage | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        to: { type: "string" },
        lang: { type: "string", default: "en" },
        out: { type: "string", default: "." },
      },
    })
    const format = formats[values.to ?? ""]
    if (format === undefined) return "export needs --to html or --to ipynb"
    if (values.lang !== "en" && values.lang !== "zh") return "export needs --lang en or --lang zh"
    if (positionals.length === 0) return "export needs a PATH"
    const missing = positionals.find((path) => !existsSync(path))
    if (missing !== undefined) return `${missing}: no such file or folder`
    return { paths: positionals, to: values.to ?? "", format, language: values.lang, out: values.out }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
