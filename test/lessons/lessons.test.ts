import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { LessonLanguage } from "../../src/contract/language"
import type { RunLine } from "../../src/contract/run"
import { liveKinds } from "../../src/diagram/draw"
import { lintLesson, parseCurriculum, parseLesson, printCoverage } from "../../src/lesson"
import { lintCode } from "../../src/lint/lintCode"
import { complaints, lessonFiles, lessonsFolder, runLesson } from "./runLesson"

const languages: readonly LessonLanguage[] = ["en", "zh"]
const runs = new Map<string, Promise<RunLine[]>>()

/** What a lesson printed in a language. It runs once, whoever asks. */
function resultsOf(file: string, language: LessonLanguage): Promise<RunLine[]> {
  const key = `${file} ${language}`
  const running = runs.get(key) ?? runLesson(join(lessonsFolder, file), "--all", "--lang", language)
  runs.set(key, running)
  return running
}

describe.each(lessonFiles)("%s", (file) => {
  test("keeps the rules that lint knows", () => {
    const lesson = parseLesson(readFileSync(join(lessonsFolder, file), "utf8"))
    const problems = lintLesson(lesson, { liveKinds, lintCode, exists: () => true })
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([])
  })

  test.each(languages)("passes from top to bottom in %s, and nothing of it is skipped", async (language) => {
    const lines = await resultsOf(file, language)
    expect(complaints(lines)).toEqual([])
    expect(lines.filter(({ status }) => status === "skipped").map(({ cell, reason }) => `${cell}: ${reason}`)).toEqual(
      [],
    )
  })
})

describe("the curriculum", () => {
  const print = async () => {
    const lines: RunLine[] = []
    for (const file of lessonFiles) for (const language of languages) lines.push(...(await resultsOf(file, language)))
    const curriculum = parseCurriculum(readFileSync(join(lessonsFolder, "curriculum.yaml"), "utf8"))
    const lessons = lessonFiles.map((file) => ({ file, text: readFileSync(join(lessonsFolder, file), "utf8") }))
    return printCoverage(curriculum, lessons, lines)
  }

  test("has a lesson, a check and its last result in every row", async () => {
    const rows = (await print()).split("\n").filter((line) => /^\| (?:[CE]-?|L)\d?\w/.test(line))
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter((row) => /\|\s*\|/.test(row) || !row.endsWith(" ok |"))).toEqual([])
  })

  test("is written down in coverage.md as these runs found it", async () => {
    await expect(await print()).toMatchFileSnapshot(join(lessonsFolder, "coverage.md"))
  })
})
