import * as vscode from "vscode"
import { firstReview } from "../../lesson/reviewSchedule"
import type { RunStep } from "../../lesson/runPlan"
import type { LessonController } from "../notebook/lessonController"
import type { CellMetadata } from "../notebook/lessonSerializer"
import { lessonIdOf, stepsOf } from "../notebook/openLessons"
import type { RendererLink } from "../notebook/rendererLink"
import type { ProgressStore } from "./lessonProgress"
import { type OutputStore, storeCell } from "./outputStore"

/** Writes down what a reader does in open lessons, and shows it in their blocks. */
export function trackLessons(
  controller: LessonController,
  renderers: RendererLink,
  progress: ProgressStore,
  outputs: OutputStore,
  now: () => number,
): vscode.Disposable {
  const show = async (notebook: vscode.NotebookDocument) => {
    const lessonId = lessonIdOf(notebook)
    if (lessonId === undefined) return
    const { answers, hints, ran } = progress.of(lessonId)
    renderers.setProgress(notebook, {
      type: "progress",
      answers,
      hints,
      revealed: revealed(await stepsOf(notebook), ran),
    })
  }
  return vscode.Disposable.from(
    controller.onDidRun(async ({ cell, ok }) => {
      const lessonId = lessonIdOf(cell.notebook)
      if (lessonId === undefined) return
      const name = (await nameOf(cell)) ?? ""
      await progress.change(lessonId, (before) => ({ ...before, ran: { ...before.ran, [name]: ok } }))
      outputs.keep(lessonId, () => collect(cell.notebook))
    }),
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges }) => {
      const lessonId = lessonIdOf(notebook)
      // "Clear All Outputs" is meant for good.
      const cleared = cellChanges.some(({ outputs: now }) => now?.length === 0)
      if (lessonId !== undefined && cleared) outputs.keep(lessonId, () => collect(notebook))
    }),
    renderers.onDidAnswer(async ({ notebook, block, choice }) => {
      const lessonId = lessonIdOf(notebook)
      if (lessonId === undefined) return
      const isQuiz = (await stepsOf(notebook)).some(({ kind, cell }) => kind === "quiz" && cell === block)
      await progress.change(lessonId, (before) => ({
        ...before,
        answers: { ...before.answers, [block]: choice },
        ...(isQuiz && { reviews: { [block]: firstReview(now()), ...before.reviews } }),
      }))
    }),
    renderers.onDidAskHint(async ({ notebook, exercise, count }) => {
      const lessonId = lessonIdOf(notebook)
      if (lessonId === undefined) return
      await progress.change(lessonId, (before) => ({ ...before, hints: { ...before.hints, [exercise]: count } }))
    }),
    renderers.onDidOpen(show),
    progress.onDidChange(async (lessonId) => {
      for (const notebook of vscode.workspace.notebookDocuments)
        if (lessonIdOf(notebook) === lessonId) await show(notebook)
    }),
  )
}

/** The guesses whose outcome the reader has seen: the next cell that runs has run. */
function revealed(steps: readonly RunStep[], ran: Readonly<Record<string, boolean>>): string[] {
  return steps.flatMap((step, at) => {
    if (step.kind !== "predict") return []
    const next = steps.slice(at + 1).find(({ kind }) => kind === "code" || kind === "exercise")
    return next && next.cell in ran ? [step.cell] : []
  })
}

/** The name that a cell has in the lesson's plan. */
async function nameOf(cell: vscode.NotebookCell): Promise<string | undefined> {
  const steps = await stepsOf(cell.notebook)
  const code = cell.notebook.getCells().filter(({ kind }) => kind === vscode.NotebookCellKind.Code)
  const runnable = steps.filter(({ kind }) => kind === "code" || kind === "check" || kind === "exercise")
  return runnable[code.indexOf(cell)]?.cell
}

function collect(notebook: vscode.NotebookDocument) {
  const cells = notebook
    .getCells()
    .filter((cell) => cell.outputs.length > 0)
    .map((cell) => [(cell.metadata as Partial<CellMetadata>).name ?? "", storeCell(cell)] as const)
  return Object.fromEntries(cells.filter(([name]) => name !== ""))
}
