import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { parseArgs } from "node:util"
import type { LessonLanguage } from "../contract/language"
import { exportHtml, exportNotebook, type Lesson, parseLesson } from "../lesson"
import { type Command, type ExitCode, WrongUsage } from "./command"
import { findLessonFiles } from "./lessonFiles"

const formats: Readonly<Record<string, (lesson: Lesson, language: LessonLanguage) => string>> = {
  html: exportHtml,
  ipynb: exportNotebook,
}

/** `logbook export PATH… --to html|ipynb --lang en|zh --out DIR`: prints the name of each file it wrote. */
export const exportLessons: Command = {
  name: "export",
  summary: "Write lessons as HTML pages or Jupyter notebooks.",
  usage:
    "logbook export PATH... --to html|ipynb [--lang en|zh] [--out DIR]\n\nPrints the name of each file it wrote.\n",
  async run(argv): Promise<ExitCode> {
    const usage = readUsage(argv)
    mkdirSync(usage.out, { recursive: true })
    for (const file of usage.files) {
      const target = join(usage.out, `${basename(file, ".kafka.md")}.${usage.language}.${usage.to}`)
      writeFileSync(target, usage.format(parseLesson(readFileSync(file, "utf8")), usage.language))
      process.stdout.write(`${target}\n`)
    }
    return 0
  },
}

interface Usage {
  readonly files: readonly string[]
  readonly to: string
  readonly format: (lesson: Lesson, language: LessonLanguage) => string
  readonly language: LessonLanguage
  readonly out: string
}

function readUsage(argv: readonly string[]): Usage {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      to: { type: "string", default: "" },
      lang: { type: "string", default: "en" },
      out: { type: "string", default: "." },
    },
  })
  const format = formats[values.to]
  if (format === undefined) throw new WrongUsage("--to takes html or ipynb")
  if (values.lang !== "en" && values.lang !== "zh") throw new WrongUsage("--lang takes en or zh")
  return { files: findLessonFiles(positionals), to: values.to, format, language: values.lang, out: values.out }
}
