import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { lintLesson, parseLesson } from "../../src/lesson"
import { lintCode } from "../../src/lint/lintCode"

const fixtures = join(import.meta.dirname, "../fixtures/lessons")
const lint = (name: string): string[] => {
  const lesson = parseLesson(readFileSync(join(fixtures, name), "utf8"))
  const surroundings = {
    exists: (path: string) => path === "clean.kafka.md",
    lessonIds: ["clean"],
    namesElsewhere: new Map([['topic "taken"', "01-other.kafka.md"]]),
    liveKinds: ["partition-log"],
    lintCode,
  }
  return lintLesson(lesson, surroundings).map(({ line, message }) => `${line}: ${message}`)
}

describe("lint", () => {
  test("finds nothing in a lesson that keeps the rules", () => {
    expect(lint("clean.kafka.md")).toEqual([])
  })

  test.each(["languages", "ids", "links", "code", "exercises", "terms", "emphasis", "front-matter"])(
    "names what is wrong: %s",
    (name) => {
      const found = lint(`${name}.kafka.md`)
      const expected = readFileSync(join(fixtures, `${name}.expected.txt`), "utf8")
        .trimEnd()
        .split("\n")
      expect(found).toEqual(expected)
    },
  )
})
