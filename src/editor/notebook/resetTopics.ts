import type * as vscode from "vscode"
import type { RunStep } from "../../lesson/runPlan"
import type { LessonController } from "./lessonController"

type Exercise = Extract<RunStep, { kind: "exercise" }>

/** Empties the topics that an exercise and its checks name; nothing while the lesson's kernel does not run. */
export async function resetTopics(
  notebook: vscode.NotebookDocument,
  exercise: Exercise,
  steps: readonly RunStep[],
  controller: LessonController,
): Promise<void> {
  const checks = steps.flatMap((step) =>
    step.kind === "check" && exercise.checks.includes(step.cell) ? [step.code.source] : [],
  )
  const names = topicNames([exercise.stub.source, exercise.solution?.source ?? "", ...checks].join("\n"))
  if (names.length > 0) await controller.emptyTopics(notebook, names)
}

/** Lessons name topics by `topic("…")` alone: lint sees to it. */
function topicNames(code: string): string[] {
  return [...new Set([...code.matchAll(/\btopic\(\s*"([^"]+)"/g)].map(([, name = ""]) => name))]
}
