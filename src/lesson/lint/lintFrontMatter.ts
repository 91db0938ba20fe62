import type { Lesson } from "../lesson"
import { type Problem, problemAt } from "../problem"
import type { LintSurroundings } from "./lintSurroundings"

/** A lesson says what it is called, what it is about, how long it takes and what it builds on. */
export function lintFrontMatter(lesson: Lesson, { lessonIds }: LintSurroundings): Problem[] {
  const { frontMatter } = lesson
  const problems: Problem[] = []
  for (const name of ["id", "title", "summary", "minutes"] as const) {
    if (frontMatter[name] === undefined) problems.push(problemAt(1, "lint.frontMatter.missing", { name }))
  }
  if (frontMatter.id !== undefined && !/^[a-z][a-z0-9-]*$/.test(frontMatter.id)) {
    problems.push(problemAt(1, "lint.frontMatter.idForm", { id: frontMatter.id }))
  }
  for (const id of frontMatter.requires) {
    if (lessonIds !== undefined && !lessonIds.includes(id)) {
      problems.push(problemAt(1, "lint.frontMatter.requiresUnknown", { id }))
    }
  }
  return problems
}
