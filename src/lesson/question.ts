import type { LocalizedText } from "../contract/language"
import type { Problem } from "./lesson"
import { asLocalizedText, isRecord, parseYaml } from "./parseFrontMatter"

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
    problems.push({ line, message: `a ${kind} block needs its question in en and zh` })
    return { question: undefined, problems }
  }
  const listed = Array.isArray(value.options) ? value.options : []
  const options = listed.flatMap((item: unknown, index): QuestionOption[] => {
    const option = asOption(item)
    if (option !== undefined) return [option]
    problems.push({ line: lineOf("options"), message: `option ${index + 1} needs its text in en and zh` })
    return []
  })
  const wrong = (message: string) => problems.push({ line: lineOf("options"), message })
  if (listed.length < 2) wrong(`a ${kind} block needs at least two options`)
  else if (!options.some((option) => option.answer)) wrong(`a ${kind} block needs an option with answer: true`)
  if (kind === "quiz" && options.some((option) => !option.answer && option.feedback === undefined)) {
    wrong("every wrong option of a quiz needs feedback in en and zh")
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
    problems.push({ line, message: "hints must be a list of { en: …, zh: … }" })
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
