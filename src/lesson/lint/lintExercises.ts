import type { Lesson } from "../lesson"
import { type Problem, problemAt } from "../problem"
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
    const { cell: name, line } = step
    if (step.hints.length < HINTS_PER_EXERCISE) {
      problems.push(problemAt(line, "lint.exercise.hints", { name, count: HINTS_PER_EXERCISE }))
    }
    if (step.solution === undefined) problems.push(problemAt(line, "lint.exercise.noSolution", { name }))
    else if (step.solution.source.trim() === step.stub.source.trim()) {
      problems.push(problemAt(line, "lint.exercise.solved", { name }))
    }
    if (step.checks.length === 0) problems.push(problemAt(line, "lint.exercise.noCheck", { name }))
  }
  const orphan = (kind: string, name: string | undefined, line: number) => {
    if (name === undefined || exercises.has(name)) return
    problems.push(problemAt(line, "lint.exercise.orphan", { kind, name }))
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
