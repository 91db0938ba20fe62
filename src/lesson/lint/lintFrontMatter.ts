import type { Lesson, Problem } from "../lesson"
import type { LintSurroundings } from "./lintSurroundings"

/** A lesson says what it is called, what it is about, how long it takes and what it builds on. */
export function lintFrontMatter(lesson: Lesson, { lessonIds }: LintSurroundings): Problem[] {
  const { frontMatter } = lesson
  const problems: Problem[] = []
  for (const name of ["id", "title", "summary", "minutes"] as const) {
    if (frontMatter[name] === undefined) problems.push({ line: 1, message: `the front matter needs ${name}` })
  }
  if (frontMatter.id !== undefined && !/^[a-z][a-z0-9-]*$/.test(frontMatter.id)) {
    problems.push({ line: 1, message: `the id "${frontMatter.id}" must be lower-case words joined by "-"` })
  }
  for (const id of frontMatter.requires) {
    if (lessonIds !== undefined && !lessonIds.includes(id)) {
      problems.push({ line: 1, message: `requires names "${id}", which is no lesson` })
    }
  }
  return problems
}
