import type * as vscode from "vscode"
import type { Lesson } from "../../lesson/lesson"
import type { EditedCell } from "../../lesson/printLesson"
import type { RunStep } from "../../lesson/runPlan"
import { type CellMetadata, editedCell, type LessonMetadata, lessonNotebookType } from "./lessonSerializer"
import { readLesson } from "./readLesson"

const parsed = new WeakMap<vscode.NotebookDocument, { readonly version: number; readonly lesson: Promise<Lesson> }>()

/** The id of the lesson that a notebook shows; undefined where it is none, or has none. */
export function lessonIdOf(notebook: vscode.NotebookDocument): string | undefined {
  if (notebook.notebookType !== lessonNotebookType) return undefined
  return (notebook.metadata as Partial<LessonMetadata>).id
}

/** The lesson as it stands in an open notebook, unsaved edits included. */
export function lessonOf(notebook: vscode.NotebookDocument): Promise<Lesson> {
  const known = parsed.get(notebook)
  if (known?.version === notebook.version) return known.lesson
  const lesson = parse(notebook)
  parsed.set(notebook, { version: notebook.version, lesson })
  return lesson
}

/** Everything of an open lesson that runs or asks, in order. */
export async function stepsOf(notebook: vscode.NotebookDocument): Promise<readonly RunStep[]> {
  const { runPlan } = await import("../late/lessonFormat")
  return runPlan(await lessonOf(notebook))
}

async function parse(notebook: vscode.NotebookDocument): Promise<Lesson> {
  const { printCells } = await import("../late/lessonFormat")
  const { frame } = notebook.metadata as Partial<LessonMetadata>
  const cells = notebook.getCells().map(
    (cell): EditedCell =>
      editedCell({
        kind: cell.kind,
        languageId: cell.document.languageId,
        value: cell.document.getText(),
        metadata: cell.metadata as Partial<CellMetadata>,
      }),
  )
  return await readLesson(printCells(frame ?? { head: "", tail: "\n", eol: "\n" }, cells))
}
