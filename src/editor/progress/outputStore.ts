import * as vscode from "vscode"
import type { OwnOutputMetadata } from "../../contract/renderer"

/** Of one cell, so much output is kept; what is larger is shown again by running it. */
const KEPT_BYTES = 200_000
/** Outputs are written once the cells have been quiet for so long. */
const WRITE_DELAY_MS = 500

/** The outputs of one cell as they are kept. */
export interface StoredCell {
  /** The source that they came from: changed code does not show old outputs. */
  readonly source: string
  readonly success?: boolean
  readonly executionOrder?: number
  readonly timing?: { readonly startTime: number; readonly endTime: number }
  /** Items by output; data is base64. */
  readonly outputs: readonly (readonly { readonly mime: string; readonly data: string }[])[]
}

type StoredLesson = Readonly<Record<string, StoredCell>>

/** Keeps what cells showed in the extension's storage, by lesson id and cell name: a lesson's file holds none of it. */
export class OutputStore implements vscode.Disposable {
  readonly #folder: vscode.Uri
  readonly #waiting = new Map<string, { readonly timer: NodeJS.Timeout; readonly write: () => Promise<void> }>()

  constructor(storage: vscode.Uri) {
    this.#folder = vscode.Uri.joinPath(storage, "outputs")
  }

  async read(lessonId: string): Promise<StoredLesson> {
    try {
      return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(this.#file(lessonId))))
    } catch {
      // Never written, or half written by a window that crashed: the cells can be run again.
      return {}
    }
  }

  /** Keeps the outputs of a lesson's cells as they are a moment from now. */
  keep(lessonId: string, collect: () => StoredLesson): void {
    clearTimeout(this.#waiting.get(lessonId)?.timer)
    const write = async () => {
      this.#waiting.delete(lessonId)
      const bytes = new TextEncoder().encode(JSON.stringify(collect()))
      await vscode.workspace.fs.createDirectory(this.#folder)
      await vscode.workspace.fs.writeFile(this.#file(lessonId), bytes)
    }
    const timer = setTimeout(() => void write(), WRITE_DELAY_MS)
    this.#waiting.set(lessonId, { timer, write })
  }

  async forget(lessonId: string): Promise<void> {
    clearTimeout(this.#waiting.get(lessonId)?.timer)
    this.#waiting.delete(lessonId)
    await vscode.workspace.fs.delete(this.#file(lessonId)).then(undefined, () => {})
  }

  dispose(): void {
    for (const { timer, write } of this.#waiting.values()) {
      clearTimeout(timer)
      void write()
    }
  }

  #file(lessonId: string): vscode.Uri {
    // An id comes from a file that anybody may have written: it must not name another folder.
    return vscode.Uri.joinPath(this.#folder, `${lessonId.replaceAll(/[^\w-]/g, "_")}.json`)
  }
}

/** An output of one of our cells. */
export function ownOutput(items: vscode.NotebookCellOutputItem[]): vscode.NotebookCellOutput {
  const metadata: OwnOutputMetadata = { logbook: true }
  return new vscode.NotebookCellOutput(items, { ...metadata })
}

/** What is kept of a cell that has run. */
export function storeCell(cell: vscode.NotebookCell): StoredCell {
  const { success, executionOrder, timing } = cell.executionSummary ?? {}
  const outputs = cell.outputs.map(({ items }) =>
    items.map(({ mime, data }) => ({ mime, data: Buffer.from(data).toString("base64") })),
  )
  const size = outputs.flat().reduce((sum, { data }) => sum + data.length, 0)
  return {
    source: cell.document.getText(),
    ...(success !== undefined && { success }),
    ...(executionOrder !== undefined && { executionOrder }),
    ...(timing && { timing: { startTime: timing.startTime, endTime: timing.endTime } }),
    outputs: size > KEPT_BYTES ? [] : outputs,
  }
}

/** Shows again what a cell showed, where its source is still the same. */
export function restoreCell(data: vscode.NotebookCellData, stored: StoredCell | undefined): void {
  if (stored?.source !== data.value) return
  const { success, executionOrder, timing } = stored
  data.outputs = stored.outputs.map((items) =>
    ownOutput(items.map((item) => new vscode.NotebookCellOutputItem(Buffer.from(item.data, "base64"), item.mime))),
  )
  data.executionSummary = {
    ...(success !== undefined && { success }),
    ...(executionOrder !== undefined && { executionOrder }),
    ...(timing && { timing }),
  }
}
