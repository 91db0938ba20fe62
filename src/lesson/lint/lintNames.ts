import type { Lesson } from "../lesson"
import { type Problem, problemAt } from "../problem"
import type { LintSurroundings } from "./lintSurroundings"

/** The topics and groups that a lesson names: `topic "orders"`, with the line of the first time. */
export function namesOf(lesson: Lesson): Map<string, number> {
  const names = new Map<string, number>()
  for (const cell of lesson.cells) {
    if (cell.kind !== "code") continue
    for (const found of cell.text.matchAll(/\b(topic|group)\("([^"]+)"\)/g)) {
      const name = `${found[1]} "${found[2]}"`
      const line = cell.textLine + cell.text.slice(0, found.index).split("\n").length - 1
      if (!names.has(name)) names.set(name, line)
    }
  }
  return names
}

/** Lessons may share a cluster: what one calls its own, no other may empty. */
export function lintNames(lesson: Lesson, { namesElsewhere }: LintSurroundings): Problem[] {
  return [...namesOf(lesson)].flatMap(([name, line]): Problem[] => {
    const other = namesElsewhere?.get(name)
    return other === undefined ? [] : [problemAt(line, "lint.name.taken", { name, other })]
  })
}
