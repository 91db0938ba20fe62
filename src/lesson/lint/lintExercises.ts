import type { Lesson, Problem } from "../lesson"
import { runPlan } from "../runPlan"

/** Few enough to think before the next one, enough to get there. */
const HINTS_PER_EXERCISE = 3

/** Every exercise has hints, a solution and a check; every hint, solution and check has its exercise. */
export function lintExercises(lesson: Lesson): Problem[] {
  const problems: Problem[] = []
  const exercises = new Map<string, number>()
  for (const step of runPlan(lesson)) {
    if (step.kind !== "exercise") continue
    exercises.set(step.cell, step.line)
    const wants = (message: string) =>
      problems.push({ line: step.line, message: `the exercise "${step.cell}" ${message}` })
    if (step.hints.length < HINTS_PER_EXERCISE) wants(`needs ${HINTS_PER_EXERCISE} hints`)
    if (step.solution === undefined) wants("has no solution")
    else if (step.solution.source.trim() === step.stub.source.trim()) wants("is already solved by its stub")
    if (step.checks.length === 0) wants("has no check")
  }
  const orphan = (kind: string, name: string | undefined, line: number) => {
    if (name === undefined || exercises.has(name)) return
    problems.push({ line, message: `the ${kind} is for "${name}", which is no exercise` })
  }
  for (const cell of lesson.cells) {
    if (cell.kind === "code") orphan(cell.block, cell.info.attributes.for, cell.line)
    else {
      for (const block of cell.blocks) {
        if (block.kind === "hints" || block.kind === "solution") {
          orphan(block.kind, block.info.attributes.for, block.line)
        }
      }
    }
  }
  return problems
}
