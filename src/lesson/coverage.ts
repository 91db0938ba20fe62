import type { Lesson } from "./lesson"

/** Where a lesson says that it holds something of the curriculum. */
export interface Coverage {
  /** Experiment (`L07c`), correction (`E28`) or concept (`C-L07-3`). */
  readonly id: string
  readonly line: number
  /** The last check before the mark, or undefined where only prose came before. */
  readonly check: string | undefined
}

/** The `<!-- covers: … -->` marks of a lesson in the order of the file. */
export function findCoverage(lesson: Lesson): Coverage[] {
  const checks = lesson.cells.flatMap((cell) =>
    cell.kind === "code" && cell.block === "check" ? [{ line: cell.line, id: cell.info.attributes.id }] : [],
  )
  return lesson.cells.flatMap((cell) => {
    if (cell.kind !== "prose") return []
    return cell.text.split("\n").flatMap((text, index) => {
      const ids = /^<!-- covers: (.*?) *-->$/.exec(text)?.[1]?.split(" ") ?? []
      const line = cell.line + index
      const check = checks.findLast((candidate) => candidate.line < line)?.id
      return ids.map((id) => ({ id, line, check }))
    })
  })
}
