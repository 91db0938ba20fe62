import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { environmentLanguage } from "../../src/cli/environmentLanguage"
import { type CatalogueLanguage, translateMessage } from "../../src/l10n/catalogue"
import { lintLesson, parseLesson } from "../../src/lesson"
import { lintCode } from "../../src/lint/lintCode"

const fixtures = join(import.meta.dirname, "../fixtures/lessons")
const lint = (name: string, language: CatalogueLanguage = "en"): string[] => {
  const lesson = parseLesson(readFileSync(join(fixtures, name), "utf8"))
  const surroundings = {
    exists: (path: string) => path === "clean.kafka.md",
    lessonIds: ["clean"],
    namesElsewhere: new Map([['topic "taken"', "01-other.kafka.md"]]),
    liveKinds: ["partition-log"],
    lintCode,
  }
  return lintLesson(lesson, surroundings).map(({ line, message }) => `${line}: ${translateMessage(language, message)}`)
}

const expected = (name: string) => readFileSync(join(fixtures, name), "utf8").trimEnd().split("\n")

describe("lint", () => {
  test("finds nothing in a lesson that keeps the rules", () => {
    expect(lint("clean.kafka.md")).toEqual([])
  })

  test.each(["languages", "ids", "links", "code", "exercises", "terms", "emphasis", "front-matter"])(
    "names what is wrong: %s",
    (name) => {
      expect([lint(`${name}.kafka.md`), lint(`${name}.kafka.md`, "zh-cn")]).toEqual([
        expected(`${name}.expected.txt`),
        expected(`${name}.expected.zh.txt`),
      ])
    },
  )

  test("speaks the language of the terminal", () => {
    const spoken = [
      {},
      { LANG: "C.UTF-8" },
      { LANG: "zh_CN.UTF-8" },
      { LANG: "zh_TW.UTF-8", LC_MESSAGES: "" },
      { LANG: "zh_CN.UTF-8", LC_ALL: "en_US.UTF-8" },
    ].map(environmentLanguage)
    expect(spoken).toEqual(["en", "en", "zh-cn", "zh-tw", "en"])
  })
})
