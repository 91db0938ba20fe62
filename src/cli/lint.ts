import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import { liveKinds } from "../diagram/draw"
import { type Lesson, lintLesson, namesOf, parseLesson } from "../lesson"
import { lintCode } from "../lint/lintCode"
import type { Command, ExitCode } from "./command"
import { findLessonFiles } from "./lessonFiles"

/** `logbook lint PATH…`: every problem of the lessons as `file:line: message`. */
export const lint: Command = {
  name: "lint",
  summary: "Check lessons: languages, ids, links, code, exercises.",
  usage: "logbook lint PATH...\n\nPrints every problem as file:line: message, and exits 1 when there is one.\n",
  async run(argv): Promise<ExitCode> {
    const files = findLessonFiles(argv)
    const lessons = files.map((file) => ({ file, lesson: parseLesson(readFileSync(file, "utf8")) }))
    const beside = lessonsBeside(files)
    const lessonIds = [...lessons, ...beside].map(({ lesson }) => lesson.frontMatter.id ?? "")
    const problems = lessons.flatMap(({ file, lesson }) => {
      const exists = (path: string) => existsSync(resolve(dirname(file), path))
      const namesElsewhere = new Map(
        beside
          .filter((other) => resolve(other.file) !== resolve(file))
          .flatMap((other) => [...namesOf(other.lesson).keys()].map((name) => [name, basename(other.file)])),
      )
      return lintLesson(lesson, { exists, lessonIds, namesElsewhere, liveKinds, lintCode }).map(
        ({ line, message }) => `${file}:${line}: ${message}\n`,
      )
    })
    process.stdout.write(problems.join(""))
    process.stderr.write(`${files.length} lessons, ${problems.length} problems\n`)
    return problems.length === 0 ? 0 : 1
  },
}

/** A lesson may require one that stands beside it, linted or not, and shares a cluster with it. */
function lessonsBeside(files: readonly string[]): { readonly file: string; readonly lesson: Lesson }[] {
  const folders = [...new Set(files.map((file) => dirname(file)))]
  return findLessonFiles(folders).map((file) => ({ file, lesson: parseLesson(readFileSync(file, "utf8")) }))
}
