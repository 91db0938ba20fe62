import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { lintCode } from "../../src/cli/lintCode"
import { liveKinds } from "../../src/diagram/draw"
import { lintLesson, parseLesson } from "../../src/lesson"
import { complaints, lessonFiles, lessonsFolder, runLesson } from "./runLesson"

describe.each(lessonFiles)("%s", (file) => {
  const path = join(lessonsFolder, file)

  test("keeps the rules that lint knows", () => {
    const lesson = parseLesson(readFileSync(path, "utf8"))
    const problems = lintLesson(lesson, { liveKinds, lintCode, exists: () => true })
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([])
  })

  test.each(["en", "zh"])("passes from top to bottom in %s, and nothing of it is skipped", async (language) => {
    const lines = await runLesson(path, "--all", "--lang", language)
    expect(complaints(lines)).toEqual([])
    expect(lines.filter(({ status }) => status === "skipped").map(({ cell, reason }) => `${cell}: ${reason}`)).toEqual(
      [],
    )
  })
})
