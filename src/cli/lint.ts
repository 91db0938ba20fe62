import { existsSync, readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { liveKinds } from "../diagram/draw"
import { lintLesson, parseLesson } from "../lesson"
import type { Command, ExitCode } from "./command"
import { findLessonFiles } from "./lessonFiles"
import { lintCode } from "./lintCode"

/** `logbook lint PATH…`: every problem of the lessons as `file:line: message`. */
export const lint: Command = {
  name: "lint",
  summary: "check lessons: lint PATH…",
  async run(argv): Promise<ExitCode> {
    const unknown = argv.find((argument) => argument.startsWith("-"))
    if (argv.length === 0 || unknown !== undefined) {
      process.stderr.write(unknown === undefined ? "lint needs a PATH\n" : `lint does not know ${unknown}\n`)
      return 2
    }
    const missing = argv.find((path) => !existsSync(path))
    if (missing !== undefined) {
      process.stderr.write(`${missing}: no such file or folder\n`)
      return 2
    }
    const files = findLessonFiles(argv)
    const lessons = files.map((file) => ({ file, lesson: parseLesson(readFileSync(file, "utf8")) }))
    const lessonIds = knownIds(
      files,
      lessons.map(({ lesson }) => lesson.frontMatter.id ?? ""),
    )
    const problems = lessons.flatMap(({ file, lesson }) => {
      const exists = (path: string) => existsSync(resolve(dirname(file), path))
      return lintLesson(lesson, { exists, lessonIds, liveKinds, lintCode }).map(
        ({ line, message }) => `${file}:${line}: ${message}\n`,
      )
    })
    process.stdout.write(problems.join(""))
    process.stderr.write(`${files.length} lessons, ${problems.length} problems\n`)
    return problems.length === 0 ? 0 : 1
  },
}

/** A lesson may require one that stands beside it, linted or not. */
function knownIds(files: readonly string[], linted: readonly string[]): string[] {
  const folders = [...new Set(files.map((file) => dirname(file)))]
  const beside = findLessonFiles(folders).map((file) => parseLesson(readFileSync(file, "utf8")).frontMatter.id ?? "")
  return [...linted, ...beside]
}
