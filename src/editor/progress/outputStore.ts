import * as vscode from "vscode"
import type { OwnOutputMetadata } from "../../contract/renderer"
import type { StoredCell, StoredLesson } from "./storedLesson"
import { latestOf, type SyncedOutputs, withLesson } from "./syncedOutputs"

/** Of one cell, so much output is kept; what is larger is shown again by running it. */
const KEPT_BYTES = 200_000
/** Outputs are written once the cells have been quiet for so long. */
const WRITE_DELAY_MS = 500

/** The entry of the extension's state with the outputs that settings sync takes along. */
export const SYNCED_OUTPUTS_KEY = "outputs"

/**
 * Keeps what cells showed in the extension's storage, by lesson id and cell name: a lesson's file holds none of it.
 * Small outputs are in the extension's state too, which travels with VS Code's settings sync.
 */
export class OutputStore implements vscode.Disposable {
  readonly #folder: vscode.Uri
  readonly #state: vscode.Memento
  readonly #now: () => number
  readonly #waiting = new Map<string, { readonly timer: NodeJS.Timeout; readonly write: () => Promise<void> }>()

  constructor(storage: vscode.Uri, state: vscode.Memento, now: () => number) {
    this.#folder = vscode.Uri.joinPath(storage, "outputs")
    this.#state = state
    this.#now = now
  }

  async read(lessonId: string): Promise<StoredLesson> {
    return latestOf(await readStored(this.#file(lessonId)), this.#synced()[fileName(lessonId)])
  }

  /** Of every lesson that has run, by the name of its file. */
  async readAll(): Promise<Readonly<Record<string, StoredLesson>>> {
    for (const { write } of this.#waiting.values()) await write()
    const files = await vscode.workspace.fs.readDirectory(this.#folder).then(undefined, () => [])
    const lessons = files.map(([name]) => name.replace(/\.json$/, ""))
    const known = [...new Set([...lessons, ...Object.keys(this.#synced())])].sort()
    return Object.fromEntries(await Promise.all(known.map(async (id) => [id, await this.read(id)] as const)))
  }

  /** Keeps the outputs of a lesson's cells as they are a moment from now. */
  keep(lessonId: string, collect: () => StoredLesson): void {
    clearTimeout(this.#waiting.get(lessonId)?.timer)
    const write = async () => {
      clearTimeout(timer)
      this.#waiting.delete(lessonId)
      const cells = collect()
      await vscode.workspace.fs.createDirectory(this.#folder)
      await vscode.workspace.fs.writeFile(this.#file(lessonId), new TextEncoder().encode(JSON.stringify(cells)))
      await this.#state.update(SYNCED_OUTPUTS_KEY, withLesson(this.#synced(), fileName(lessonId), cells, this.#now()))
    }
    const timer = setTimeout(() => void write(), WRITE_DELAY_MS)
    this.#waiting.set(lessonId, { timer, write })
  }

  async forget(lessonId: string): Promise<void> {
    clearTimeout(this.#waiting.get(lessonId)?.timer)
    this.#waiting.delete(lessonId)
    await vscode.workspace.fs.delete(this.#file(lessonId)).then(undefined, () => {})
    await this.#state.update(SYNCED_OUTPUTS_KEY, withLesson(this.#synced(), fileName(lessonId), {}, this.#now()))
  }

  /** Also of lessons that are the reader's own. */
  async forgetAll(): Promise<void> {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
    await vscode.workspace.fs.delete(this.#folder, { recursive: true }).then(undefined, () => {})
    await this.#state.update(SYNCED_OUTPUTS_KEY, undefined)
  }

  dispose(): void {
    for (const { timer, write } of this.#waiting.values()) {
      clearTimeout(timer)
      void write()
    }
  }

  #synced(): SyncedOutputs {
    return this.#state.get(SYNCED_OUTPUTS_KEY, {})
  }

  #file(lessonId: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#folder, `${fileName(lessonId)}.json`)
  }
}

/** An id comes from a file that anybody may have written: it must not name another folder. */
function fileName(lessonId: string): string {
  return lessonId.replaceAll(/[^\w-]/g, "_")
}

async function readStored(file: vscode.Uri): Promise<StoredLesson> {
  try {
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)))
  } catch {
    // Never written, or half written by a window that crashed: the cells can be run again.
    return {}
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
