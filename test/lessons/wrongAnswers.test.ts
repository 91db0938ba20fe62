import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { parseLesson, runPlan } from "../../src/lesson"
import { lessonFiles, lessonsFolder, runLesson } from "./runLesson"
import { type WrongAnswer, wrongAnswers } from "./wrongAnswers"

const folder = mkdtempSync(join(tmpdir(), "logbook-wrong-answers-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("every exercise has a wrong answer", () => {
  const exercises = lessonFiles.flatMap((file) =>
    runPlan(parseLesson(readFileSync(join(lessonsFolder, file), "utf8")))
      .filter((step) => step.kind === "exercise")
      .map((step) => `${file} ${step.cell}`),
  )
  expect(wrongAnswers.map(({ file, exercise }) => `${file} ${exercise}`).sort()).toEqual(exercises.sort())
})

describe.each(["en", "zh"] as const)("a wrong answer is told apart, in %s", (language) => {
  // Half of the lessons in one language and half in the other: the sentences are the same cells' either way.
  const files = lessonFiles.filter((_, index) => (index % 2 === 0) === (language === "en"))

  test.each(files)("%s", async (file) => {
    const answers = wrongAnswers.filter((answer) => answer.file === file)
    const path = join(folder, file)
    writeFileSync(path, answers.reduce(withAnswer, readFileSync(join(lessonsFolder, file), "utf8")))
    const lines = await runLesson(path, "--all", "--lang", language)
    const told = answers.map(({ exercise }) => {
      const checks = lines.filter(({ kind, cell }) => kind === "check" && checksOf(path, exercise).includes(cell))
      return { exercise, told: checks.flatMap(({ outputs }) => failedSentences(outputs, language)) }
    })
    expect(told).toEqual(answers.map((answer) => ({ exercise: answer.exercise, told: answer[language] })))
  })
})

/** The lesson with a wrong answer in the place of the solution. */
function withAnswer(text: string, { exercise, answer }: WrongAnswer): string {
  const lines = text.split("\n")
  const blocks = parseLesson(text).cells.flatMap((cell) => (cell.kind === "prose" ? cell.blocks : []))
  const solution = blocks.find((block) => block.kind === "solution" && block.info.attributes.for === exercise)
  if (solution === undefined) throw new Error(`${exercise} has no solution`)
  lines.splice(solution.line, solution.endLine - solution.line - 1, ...answer.split("\n"))
  return lines.join("\n")
}

function checksOf(path: string, exercise: string): readonly string[] {
  const steps = runPlan(parseLesson(readFileSync(path, "utf8")))
  return steps.flatMap((step) => (step.kind === "exercise" && step.cell === exercise ? step.checks : []))
}

/** The sentences of the facts that did not hold, without what was found instead. */
function failedSentences(outputs: readonly { mime: string; text: string }[], language: "en" | "zh"): string[] {
  return outputs
    .filter(({ mime }) => mime === "application/vnd.logbook.check+json")
    .flatMap(
      ({ text }) => (JSON.parse(text) as { results: { ok: boolean; text: { en: string; zh: string } }[] }).results,
    )
    .filter(({ ok }) => !ok)
    .map(({ text }) => text[language].split(language === "en" ? ": expected that it " : "：期望")[0] ?? "")
}
