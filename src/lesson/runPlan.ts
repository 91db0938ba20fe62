import type { LocalizedText } from "../contract/language"
import type { Block, CodeCell, Lesson } from "./lesson"
import { parseHints, parseQuestion, type Question } from "./question"
import { parseRecordingNames, recordingsOf } from "./recordingNames"

/** Code with the file's line of its first line, so that an error can be shown where it is written. */
export interface PlannedCode {
  readonly source: string
  readonly line: number
}

interface StepPlace {
  /** Stable name in the lesson: the block's id, or its kind and its number among that kind. */
  readonly cell: string
  /** The file's line of the block, 1-based. */
  readonly line: number
  /** Index of the cell that is or holds the block. */
  readonly index: number
}

/** What a reader meets from top to bottom and a headless run goes through. */
export type RunStep = StepPlace &
  (
    | { readonly kind: "code"; readonly language: "typescript" | "shell"; readonly code: PlannedCode }
    | { readonly kind: "check"; readonly code: PlannedCode; readonly exercise?: string }
    | {
        readonly kind: "exercise"
        readonly stub: PlannedCode
        /** What a headless run executes in the stub's place. */
        readonly solution?: PlannedCode
        readonly hints: readonly LocalizedText[]
        /** Names of the checks that pass with the solution and fail with the stub. */
        readonly checks: readonly string[]
      }
    | { readonly kind: "predict" | "quiz"; readonly question: Question | undefined }
    | { readonly kind: "live"; readonly diagram: string; readonly target: Readonly<Record<string, string>> }
    | {
        readonly kind: "sequence"
        readonly records: readonly string[]
        /** By what name the reader knows a recording, where it has one. */
        readonly names: Readonly<Record<string, LocalizedText>>
      }
  )

/** Everything of a lesson that runs or asks, in the order of the file. Samples, mermaid and prose have no step. */
export function runPlan(lesson: Lesson): RunStep[] {
  const names = new Map<string, number>()
  const nameOf = (kind: string, id: string | undefined): string => {
    const count = (names.get(kind) ?? 0) + 1
    names.set(kind, count)
    return id ?? `${kind}-${count}`
  }
  const blocks = lesson.cells.flatMap((cell) => (cell.kind === "prose" ? cell.blocks : []))
  return lesson.cells.flatMap((cell): RunStep[] => {
    if (cell.kind === "code") return [codeStep(cell, lesson, blocks, nameOf(cell.block, cell.info.attributes.id))]
    return cell.blocks.flatMap((block) => {
      if (block.kind === "sample" || block.kind === "mermaid") return []
      if (block.kind === "hints" || block.kind === "solution") return []
      const place = { cell: nameOf(block.kind, block.info.attributes.id), line: block.line, index: cell.index }
      return [blockStep(block, block.kind, place)]
    })
  })
}

function codeStep(cell: CodeCell, lesson: Lesson, blocks: readonly Block[], name: string): RunStep {
  const place = { cell: name, line: cell.line, index: cell.index }
  const code = { source: cell.text, line: cell.textLine }
  switch (cell.block) {
    case "run":
      return { ...place, kind: "code", language: "typescript", code }
    case "shell":
      return { ...place, kind: "code", language: "shell", code }
    case "check": {
      const exercise = cell.info.attributes.for
      return { ...place, kind: "check", code, ...(exercise !== undefined && { exercise }) }
    }
    case "exercise": {
      const belongs = (block: Block) => block.info.attributes.for === name
      const solution = blocks.find((block) => block.kind === "solution" && belongs(block))
      const hints = blocks.find((block) => block.kind === "hints" && belongs(block))
      return {
        ...place,
        kind: "exercise",
        stub: code,
        ...(solution !== undefined && {
          solution: { source: solution.text.replace(/\n$/, ""), line: solution.line + 1 },
        }),
        hints: hints === undefined ? [] : parseHints(hints.text, hints.line + 1).hints,
        checks: checksFor(lesson, name),
      }
    }
  }
}

function checksFor(lesson: Lesson, exercise: string): string[] {
  return lesson.cells.flatMap((cell) =>
    cell.kind === "code" && cell.block === "check" && cell.info.attributes.for === exercise
      ? [cell.info.attributes.id ?? ""]
      : [],
  )
}

function blockStep(block: Block, kind: "live" | "sequence" | "predict" | "quiz", place: StepPlace): RunStep {
  switch (kind) {
    case "predict":
    case "quiz":
      return { ...place, kind, question: parseQuestion(kind, block.text, block.line + 1).question }
    case "live":
      return { ...place, kind, diagram: block.info.words[0] ?? "", target: block.info.attributes }
    case "sequence": {
      const { names } = parseRecordingNames(block.text, block.line + 1)
      return { ...place, kind, records: recordingsOf(block.info.attributes), names }
    }
  }
}
