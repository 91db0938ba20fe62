import type { LocalizedText } from "../contract/language"
import { asLocalizedText, isRecord, parseYaml } from "./parseFrontMatter"
import { type Problem, type ProblemText, problemAt } from "./problem"

/** A guess (`predict`) or a graded question (`quiz`): one text, some options, at least one of them right. */
export interface Question {
  readonly kind: "predict" | "quiz"
  readonly text: LocalizedText
  readonly options: readonly QuestionOption[]
}

export interface QuestionOption {
  readonly text: LocalizedText
  readonly answer: boolean
  readonly feedback?: LocalizedText
}

/** Reads the YAML body of a `predict` or `quiz` block. `line` is the file's line of the body's first line. */
export function parseQuestion(
  kind: Question["kind"],
  yaml: string,
  line: number,
): { question: Question | undefined; problems: Problem[] } {
  const { value, problems, lineOf } = parseYaml(yaml, line)
  if (problems.length > 0) return { question: undefined, problems }
  const text = asLocalizedText(value)
  if (!isRecord(value) || text === undefined) {
    problems.push(problemAt(line, "lint.question.text", { kind }))
    return { question: undefined, problems }
  }
  const listed = Array.isArray(value.options) ? value.options : []
  const options = listed.flatMap((item: unknown, index): QuestionOption[] => {
    const option = asOption(item)
    if (option !== undefined) return [option]
    problems.push(problemAt(lineOf("options"), "lint.question.option", { number: index + 1 }))
    return []
  })
  const wrong = (...text: ProblemText) => problems.push(problemAt(lineOf("options"), ...text))
  if (listed.length < 2) wrong("lint.question.few", { kind })
  else if (!options.some((option) => option.answer)) wrong("lint.question.noAnswer", { kind })
  if (kind === "quiz" && options.some((option) => !option.answer && option.feedback === undefined)) {
    wrong("lint.question.feedback")
  }
  return { question: problems.length === 0 ? { kind, text, options } : undefined, problems }
}

/** Reads the YAML list of a `hints` block. */
export function parseHints(yaml: string, line: number): { hints: readonly LocalizedText[]; problems: Problem[] } {
  const { value, problems } = parseYaml(yaml, line)
  if (problems.length > 0) return { hints: [], problems }
  const texts = Array.isArray(value) ? value.map(asLocalizedText) : []
  const hints = texts.filter((text) => text !== undefined)
  if (hints.length === 0 || hints.length < texts.length) {
    problems.push(problemAt(line, "lint.hints"))
  }
  return { hints, problems }
}

function asOption(value: unknown): QuestionOption | undefined {
  const text = asLocalizedText(value)
  if (!isRecord(value) || text === undefined) return undefined
  const feedback = asLocalizedText(value.feedback)
  if (value.feedback !== undefined && feedback === undefined) return undefined
  return { text, answer: value.answer === true, ...(feedback !== undefined && { feedback }) }
}
