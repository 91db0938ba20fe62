import type { LessonLanguage } from "../../contract/language"
import type { Lesson } from "../lesson"
import { exportCells } from "./exportedCells"

/** A lesson as a Jupyter notebook (nbformat 4.5). Cells are TypeScript: any kernel that speaks it shows and edits them. */
export function exportNotebook(lesson: Lesson, language: LessonLanguage): string {
  const cells = exportCells(lesson, language).map((cell, index) => {
    const base = { id: `cell-${index + 1}`, metadata: {}, source: sourceLines(cell.text) }
    if (cell.kind === "markdown") return { cell_type: "markdown", ...base }
    const metadata = cell.block === "run" ? {} : { tags: [cell.block] }
    return { cell_type: "code", ...base, metadata, execution_count: null, outputs: [] }
  })
  const notebook = {
    cells,
    metadata: {
      kernelspec: { display_name: "TypeScript", language: "typescript", name: "tslab" },
      language_info: { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" },
      title: lesson.frontMatter.title?.[language],
    },
    nbformat: 4,
    nbformat_minor: 5,
  }
  return `${JSON.stringify(notebook, null, 1)}\n`
}

/** nbformat keeps a text as lines with their ends. */
function sourceLines(text: string): string[] {
  return text.split(/(?<=\n)/)
}
