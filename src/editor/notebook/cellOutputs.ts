import * as vscode from "vscode"
import { type CellError, type CellOutput, outputMime } from "../../contract/kernel"

import type { WholeOutputs } from "./wholeOutputs"

/** How long texts are gathered before they are handed over: a loop that prints must not flood the editor. */
const BATCH_MS = 40
/** Of one cell's text, this much is in the notebook: two thousand lines and more. All of it opens in an editor. */
const SHOWN_CHARACTERS = 200_000

/** Writes what one execution of a cell shows: texts append to the last stream, the rest are outputs of their own. */
export class CellOutputs {
  readonly #execution: vscode.NotebookCellExecution
  readonly #whole: WholeOutputs
  readonly #texts: string[] = []
  readonly #byId = new Map<string, vscode.NotebookCellOutput>()
  #stream: { readonly name: "stdout" | "stderr"; readonly output: vscode.NotebookCellOutput } | undefined
  #pending: CellOutput[] = []
  #timer: NodeJS.Timeout | undefined
  #written = Promise.resolve()
  #characters = 0
  #ended = false

  constructor(execution: vscode.NotebookCellExecution, whole: WholeOutputs) {
    this.#execution = execution
    this.#whole = whole
    whole.forget(execution.cell)
  }

  add(output: CellOutput): void {
    if (this.#ended) return
    const last = this.#pending.at(-1)
    if (output.type === "stream" && last?.type === "stream" && last.name === output.name) {
      this.#pending[this.#pending.length - 1] = { ...last, text: last.text + output.text }
    } else {
      this.#pending.push(output)
    }
    this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS)
  }

  async addError(error: CellError, sentence: string): Promise<void> {
    await this.flush()
    const shown = new Error(sentence)
    shown.name = error.name
    shown.stack = [sentence, error.frame, error.hint, error.stack].filter((part) => part).join("\n")
    const items = [
      vscode.NotebookCellOutputItem.json(error, outputMime.error),
      // For hosts without our renderer, and for exports.
      vscode.NotebookCellOutputItem.error(shown),
    ]
    await this.#execution.appendOutput(new vscode.NotebookCellOutput(items))
  }

  /** Resolves when everything added so far is in the document. */
  async flush(): Promise<void> {
    this.#flush()
    await this.#written
  }

  /** After this, late output is dropped: VS Code refuses to change an execution that has ended. */
  async end(): Promise<void> {
    await this.flush()
    this.#ended = true
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const outputs = this.#pending
    this.#pending = []
    this.#written = this.#written.then(async () => {
      for (const output of outputs) await this.#write(output)
    })
  }

  async #write(output: CellOutput): Promise<void> {
    if (output.type === "stream") return await this.#writeText(output.name, output.text)
    this.#stream = undefined
    const items = output.items.map(({ mime, data }) => itemOf(mime, data))
    const known = output.id === undefined ? undefined : this.#byId.get(output.id)
    if (known) return await this.#execution.replaceOutputItems(items, known)
    const added = new vscode.NotebookCellOutput(items)
    if (output.id !== undefined) this.#byId.set(output.id, added)
    await this.#execution.appendOutput(added)
  }

  async #writeText(name: "stdout" | "stderr", text: string): Promise<void> {
    const room = SHOWN_CHARACTERS - this.#characters
    this.#texts.push(text)
    if (room <= 0) return
    this.#characters += text.length
    if (text.length > room) this.#whole.keep(this.#execution.cell, this.#texts)
    const shown =
      text.length <= room ? text : `${text.slice(0, room)}\n${vscode.l10n.t("… what follows is too long to show.")}\n`
    const item =
      name === "stdout" ? vscode.NotebookCellOutputItem.stdout(shown) : vscode.NotebookCellOutputItem.stderr(shown)
    if (this.#stream?.name === name) return await this.#execution.appendOutputItems(item, this.#stream.output)
    const output = new vscode.NotebookCellOutput([item])
    this.#stream = { name, output }
    await this.#execution.appendOutput(output)
  }
}

/** Above this, laying JSON out takes longer than reading it is worth. */
const PRETTY_JSON_CHARACTERS = 100_000

/** The kernel sends binary data as base64. */
function itemOf(mime: string, data: string): vscode.NotebookCellOutputItem {
  if (mime === "application/json" && data.length < PRETTY_JSON_CHARACTERS) {
    return vscode.NotebookCellOutputItem.text(JSON.stringify(JSON.parse(data), null, 2), mime)
  }
  const binary = /^(image\/(?!svg)|application\/octet-stream)/.test(mime)
  return new vscode.NotebookCellOutputItem(Buffer.from(data, binary ? "base64" : "utf8"), mime)
}
