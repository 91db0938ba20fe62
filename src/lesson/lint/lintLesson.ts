import type { Lesson, Problem } from "../lesson"
import { lintExercises } from "./lintExercises"
import { lintFrontMatter } from "./lintFrontMatter"
import { lintIds } from "./lintIds"
import { lintLanguages } from "./lintLanguages"
import { lintLinks } from "./lintLinks"
import { lintTerms } from "./lintTerms"

/** What a lesson alone does not tell: the files and lessons around it, and a parser for its code. */
export interface LintSurroundings {
  /** Whether a path relative to the lesson exists; links are not checked without it. */
  readonly exists?: (path: string) => boolean
  /** Ids of the lessons that `requires` may name; not checked without it. */
  readonly lessonIds?: readonly string[]
  /** The diagrams that a `live` block may ask for; not checked without it. */
  readonly liveKinds?: readonly string[]
  /** Finds what is wrong with code; `line` of a problem is 1-based in the code. A parser is too heavy for the editor. */
  readonly lintCode?: (code: LintedCode) => readonly Problem[]
}

export interface LintedCode {
  readonly language: string
  readonly source: string
  /** Samples are shown, not run: they may use names that a lesson's own code must not. */
  readonly isSample: boolean
}

/** Everything that a lesson must keep and that a machine can see, by line of the file. */
export function lintLesson(lesson: Lesson, surroundings: LintSurroundings = {}): Problem[] {
  const rules = [lintFrontMatter, lintLanguages, lintIds, lintLinks, lintExercises, lintTerms, lintCode]
  const found = rules.flatMap((rule) => rule(lesson, surroundings))
  return [...lesson.problems, ...found].sort((left, right) => left.line - right.line)
}

function lintCode(lesson: Lesson, { lintCode }: LintSurroundings): Problem[] {
  if (lintCode === undefined) return []
  return lesson.cells.flatMap((cell) => {
    const codes =
      cell.kind === "code"
        ? [{ language: cell.block === "shell" ? "sh" : "ts", source: cell.text, line: cell.textLine, isSample: false }]
        : cell.blocks
            .filter((block) => block.kind === "sample" || block.kind === "solution")
            .map(({ info, text, line, kind }) => ({
              language: info.language,
              source: text,
              line: line + 1,
              isSample: kind === "sample",
            }))
    return codes.flatMap((code) =>
      lintCode(code).map((problem) => ({ ...problem, line: problem.line + code.line - 1 })),
    )
  })
}
