import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import { parseArgs } from "node:util"
import { liveKinds } from "../diagram/draw"
import { type CatalogueLanguage, translate, translateMessage } from "../l10n/catalogue"
import { type Lesson, lintLesson, namesOf, parseLesson } from "../lesson"
import { lintCode } from "../lint/lintCode"
import { type Command, type ExitCode, WrongUsage } from "./command"
import { environmentLanguage } from "./environmentLanguage"
import { findLessonFiles } from "./lessonFiles"

/** `logbook lint PATH…`: every problem of the lessons as `file:line: message`. */
export const lint: Command = {
  name: "lint",
  summary: "Check lessons: languages, ids, links, code, exercises.",
  usage: `logbook lint PATH... [--lang en|zh|zh-tw]

Prints every problem as file:line: message, and exits 1 when there is one. Without --lang it speaks the language of the
environment (LC_ALL, LC_MESSAGES, LANG).
`,
  async run(argv): Promise<ExitCode> {
    const { files, language } = readUsage(argv)
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
        ({ line, message }) => `${file}:${line}: ${translateMessage(language, message)}\n`,
      )
    })
    process.stdout.write(problems.join(""))
    const counts = { files: files.length, problems: problems.length }
    process.stderr.write(`${translate(language, "lint.summary", counts)}\n`)
    return problems.length === 0 ? 0 : 1
  },
}

function readUsage(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { lang: { type: "string" } },
  })
  return { files: findLessonFiles(positionals), language: languageOf(values.lang) }
}

function languageOf(option: string | undefined): CatalogueLanguage {
  switch (option) {
    case undefined:
      return environmentLanguage(process.env)
    case "en":
    case "zh-tw":
      return option
    case "zh":
      return "zh-cn"
    default:
      throw new WrongUsage(`--lang is en, zh or zh-tw, not ${option}`)
  }
}

/** A lesson may require one that stands beside it, linted or not, and shares a cluster with it. */
function lessonsBeside(files: readonly string[]): { readonly file: string; readonly lesson: Lesson }[] {
  const folders = [...new Set(files.map((file) => dirname(file)))]
  return findLessonFiles(folders).map((file) => ({ file, lesson: parseLesson(readFileSync(file, "utf8")) }))
}
