import * as vscode from "vscode"
import type { LessonCluster } from "../../lesson/lesson"
import type { CellSource, EditedCell, LessonFrame } from "../../lesson/printLesson"
import type { Problem } from "../../lesson/problem"
import { type OutputStore, restoreCell } from "../progress/outputStore"
import { readLesson } from "./readLesson"

export const lessonNotebookType = "logbook-lesson"

/** What a notebook document keeps besides its cells. */
export interface LessonMetadata {
  readonly frame: LessonFrame
  /** Absent where the front matter names none. */
  readonly id?: string
  readonly cluster: LessonCluster
  readonly problems: readonly Problem[]
}

/**
 * What a cell keeps: how it stood in the file, and for code how its fence was opened. Only plain values: VS Code takes an
 * object for another one whenever some entry of the metadata changes, and the document for dirty (`_isCellMetadataChanged`
 * of notebookTextModel.ts).
 */
export interface CellMetadata {
  /** A {@link CellSource} as JSON. */
  readonly source?: string
  /** Its id attribute, or what is stable enough without one: its kind and place. */
  readonly name: string
  readonly block?: string
  readonly for?: string
}

/** Lessons are markdown: reading and writing them gives back every byte that the reader did not change. */
export class LessonSerializer implements vscode.NotebookSerializer {
  readonly #outputs: OutputStore

  constructor(outputs: OutputStore) {
    this.#outputs = outputs
  }

  async deserializeNotebook(content: Uint8Array): Promise<vscode.NotebookData> {
    const text = decode(content)
    const { cellSource } = await import("../late/lessonFormat")
    const lesson = await readLesson(text)
    const stored = lesson.frontMatter.id === undefined ? {} : await this.#outputs.read(lesson.frontMatter.id)
    let codeCells = 0
    const cells = lesson.cells.map((cell) => {
      const kind = cell.kind === "code" ? vscode.NotebookCellKind.Code : vscode.NotebookCellKind.Markup
      const data = new vscode.NotebookCellData(kind, cell.text, cell.language)
      const metadata: CellMetadata = {
        source: JSON.stringify(cellSource(cell)),
        name: cell.kind === "code" ? cell.info.attributes.id || `code-${++codeCells}` : `prose-${cell.index}`,
        ...(cell.kind === "code" && { block: cell.block }),
        ...(cell.kind === "code" && cell.info.attributes.for && { for: cell.info.attributes.for }),
      }
      data.metadata = metadata
      restoreCell(data, stored[metadata.name])
      return data
    })
    const notebook = new vscode.NotebookData(cells)
    const { head, tail, eol, frontMatter, problems } = lesson
    const metadata: LessonMetadata = {
      frame: { head, tail, eol },
      ...(frontMatter.id !== undefined && { id: frontMatter.id }),
      cluster: frontMatter.cluster,
      problems,
    }
    notebook.metadata = metadata
    return notebook
  }

  async serializeNotebook(data: vscode.NotebookData): Promise<Uint8Array> {
    const { printCells } = await import("../late/lessonFormat")
    const { frame } = data.metadata as LessonMetadata | Record<string, undefined>
    const cells = data.cells.map((cell) => editedCell({ ...cell, metadata: cell.metadata ?? {} }))
    return new TextEncoder().encode(printCells(frame ?? { head: "", tail: "\n", eol: "\n" }, cells))
  }
}

/** A cell as the lesson's printer takes it. */
export function editedCell(cell: {
  readonly kind: vscode.NotebookCellKind
  readonly languageId: string
  readonly value: string
  readonly metadata: Partial<CellMetadata>
}): EditedCell {
  const { source } = cell.metadata
  return { language: languageOf(cell), text: cell.value, ...(source && { source: sourceOf(source) }) }
}

/** How a cell stood in the file. */
export function sourceOf(json: string): CellSource {
  return JSON.parse(json) as CellSource
}

/** The file's characters, its byte order mark too. Bytes that are not UTF-8 would be lost on saving: better refused. */
function decode(content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    const line = firstBadLine(content)
    throw new Error(vscode.l10n.t("Line {0} is not UTF-8. Save the file as UTF-8, then open it again.", line))
  }
}

function firstBadLine(content: Uint8Array): number {
  const decoded = new TextDecoder("utf-8").decode(content)
  return decoded.slice(0, decoded.indexOf("\uFFFD")).split("\n").length
}

function languageOf(cell: {
  readonly kind: vscode.NotebookCellKind
  readonly languageId: string
}): EditedCell["language"] {
  if (cell.kind === vscode.NotebookCellKind.Markup) return "markdown"
  return cell.languageId === "shellscript" ? "shellscript" : "logbook-typescript"
}
