import type * as vscode from "vscode"
import type { BundledLessons } from "../explorer/bundledLessons"
import { type CellMetadata, type LessonMetadata, sourceOf } from "./lessonSerializer"

/** The code that an exercise begins with: the bundled lesson's, or for a lesson of the reader's own the file's. */
export async function stubOf(exercise: vscode.NotebookCell, lessons: BundledLessons): Promise<string | undefined> {
  const { name = "", source } = exercise.metadata as Partial<CellMetadata>
  const { id = "" } = exercise.notebook.metadata as Partial<LessonMetadata>
  const bundled = await lessons.byId(id)
  return bundled?.stubs[name] ?? (source && sourceOf(source).text)
}

/** Whether a cell checks an exercise that the reader has not begun. */
export async function checksUntouched(cell: vscode.NotebookCell, lessons: BundledLessons): Promise<boolean> {
  const { for: exercise } = cell.metadata as Partial<CellMetadata>
  if (exercise === undefined) return false
  const cells = cell.notebook.getCells()
  const found = cells.find(({ metadata }) => (metadata as Partial<CellMetadata>).name === exercise)
  return found !== undefined && found.document.getText() === (await stubOf(found, lessons))
}
