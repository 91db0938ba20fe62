import type { Lesson } from "../lesson"
import type { Problem } from "../problem"
import { lintEmphasis } from "./lintEmphasis"
import { lintExercises } from "./lintExercises"
import { lintFrontMatter } from "./lintFrontMatter"
import { lintIds } from "./lintIds"
import { lintLanguages } from "./lintLanguages"
import { lintLinks } from "./lintLinks"
import { lintNames } from "./lintNames"
import type { LintSurroundings } from "./lintSurroundings"
import { lintTerms } from "./lintTerms"

/** Everything that a lesson must keep and that a machine can see, by line of the file. */
export function lintLesson(lesson: Lesson, surroundings: LintSurroundings = {}): Problem[] {
  const rules = [
    lintFrontMatter,
    lintLanguages,
    lintIds,
    lintLinks,
    lintExercises,
    lintTerms,
    lintNames,
    lintEmphasis,
    lintCode,
  ]
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
