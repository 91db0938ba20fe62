import * as vscode from "vscode"
import { type CellError, type CellOutput, outputMime } from "../../contract/kernel"
import type { Message } from "../../l10n/catalogue"
import { ownOutput } from "../progress/outputStore"
import type { ReaderLanguage } from "../readerLanguage"
import type { WholeOutputs } from "./wholeOutputs"

/** How long texts are gathered before they are handed over: a loop that prints must not flood the editor. */
const BATCH_MS = 40
/**
 * What comes after a cell's end takes an execution of its own each time, and while there is one VS Code does not run the
 * cell: each batch is gathered twice as long as the one before.
 */
const FIRST_LATE_BATCH_MS = 250
const LONGEST_LATE_BATCH_MS = 4_000
/** Of one cell's text, this much is in the notebook: two thousand lines and more. All of it opens in an editor. */
const SHOWN_CHARACTERS = 200_000

/** How a run of a cell stands in the notebook. */
interface Run {
  readonly order: number
  readonly startedMs: number
}

/** Writes what one run of a cell shows: texts append to the last stream, the rest are outputs of their own. */
export class CellOutputs {
  readonly #cell: vscode.NotebookCell
  readonly #run: Run
  readonly #whole: WholeOutputs
  readonly #startAgain: () => vscode.NotebookCellExecution
  readonly #language: ReaderLanguage
  #execution: vscode.NotebookCellExecution
  readonly #texts: string[] = []
  readonly #byId = new Map<string, vscode.NotebookCellOutput>()
  #stream: { readonly name: "stdout" | "stderr"; readonly output: vscode.NotebookCellOutput } | undefined
  #pending: CellOutput[] = []
  #timer: NodeJS.Timeout | undefined
  #written = Promise.resolve()
  #characters = 0
  #lateBatchMs = FIRST_LATE_BATCH_MS
  #end: { readonly ok: boolean; readonly atMs: number } | undefined
  #isClosed = false

  /** @param startAgain begins an execution of the same cell, for what comes after the end of this one */
  constructor(
    execution: vscode.NotebookCellExecution,
    run: Run,
    whole: WholeOutputs,
    startAgain: () => vscode.NotebookCellExecution,
    language: ReaderLanguage,
  ) {
    this.#execution = execution
    this.#cell = execution.cell
    this.#run = run
    this.#whole = whole
    this.#startAgain = startAgain
    this.#language = language
    whole.forget(execution.cell)
  }

  /** Also for what a timer or a consumer of the cell says when the cell itself has long ended. */
  add(output: CellOutput): void {
    if (this.#isClosed) return
    const last = this.#pending.at(-1)
    if (output.type === "stream" && last?.type === "stream" && last.name === output.name) {
      this.#pending[this.#pending.length - 1] = { ...last, text: last.text + output.text }
    } else {
      this.#pending.push(output)
    }
    this.#timer ??= setTimeout(() => this.#flush(), this.#end ? this.#lateBatchMs : BATCH_MS)
  }

  async addError(error: CellError): Promise<void> {
    await this.flush()
    const sentence = await this.#sentenceOf(error)
    const shown = new Error(sentence)
    shown.name = error.name
    shown.stack = [sentence, error.frame, error.hint, error.stack].filter((part) => part).join("\n")
    const items = [
      vscode.NotebookCellOutputItem.json(error, outputMime.error),
      // For hosts without our renderer, and for exports.
      vscode.NotebookCellOutputItem.error(shown),
    ]
    await this.#execution.appendOutput(ownOutput(items))
  }

  /** Resolves when everything added so far is in the document. */
  async flush(): Promise<void> {
    this.#flush()
    await this.#written
  }

  async end(ok: boolean, atMs: number): Promise<void> {
    this.#flush()
    await this.#queue(() => {
      this.#end = { ok, atMs }
      this.#execution.end(ok, atMs)
    })
  }

  /** The cell runs again: what its last run still says has no place any more. Resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#pending = []
    await this.#written.catch(() => {})
  }

  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const outputs = this.#pending
    this.#pending = []
    // Whether the cell has ended is asked when its turn comes: it may end while something is written.
    void this.#queue(() => (this.#end ? this.#writeLate(outputs, this.#end) : this.#writeAll(outputs))).catch(() => {})
  }

  /** One write after the other; one that fails does not keep the next from its turn. */
  #queue(write: () => void | Promise<void>): Promise<void> {
    this.#written = this.#written.catch(() => {}).then(write)
    return this.#written
  }

  async #writeAll(outputs: readonly CellOutput[]): Promise<void> {
    for (const output of outputs) await this.#write(output)
  }

  /** VS Code takes outputs from an execution only: one more of the same run, which leaves its times as they were. */
  async #writeLate(outputs: readonly CellOutput[], { ok, atMs }: { ok: boolean; atMs: number }): Promise<void> {
    if (outputs.length === 0 || this.#isClosed) return
    // A consumer may go on for hours: what is not shown any more must not make the cell look busy.
    if (this.#characters > SHOWN_CHARACTERS && outputs.every(({ type }) => type === "stream")) {
      return await this.#writeAll(outputs)
    }
    this.#lateBatchMs = Math.min(this.#lateBatchMs * 2, LONGEST_LATE_BATCH_MS)
    try {
      this.#execution = this.#startAgain()
    } catch {
      // The lesson was closed, or the cell deleted.
      this.#isClosed = true
      return
    }
    this.#execution.executionOrder = this.#run.order
    this.#execution.start(this.#run.startedMs)
    if (this.#cell.outputs.length === 0) this.#forgetOutputs()
    await this.#writeAll(outputs).catch(() => {})
    this.#execution.end(ok, atMs)
  }

  /** "Clear Outputs" has taken what more could be appended to. */
  #forgetOutputs(): void {
    this.#stream = undefined
    this.#byId.clear()
  }

  async #write(output: CellOutput): Promise<void> {
    if (output.type === "stream") return await this.#writeText(output.name, output.text)
    this.#stream = undefined
    const items = output.items.map(({ mime, data }) => itemOf(mime, data))
    const known = output.id === undefined ? undefined : this.#byId.get(output.id)
    if (known) return await this.#execution.replaceOutputItems(items, known)
    const added = ownOutput(items)
    if (output.id !== undefined) this.#byId.set(output.id, added)
    await this.#execution.appendOutput(added)
  }

  async #sentenceOf({ message, line }: CellError): Promise<string> {
    if (line === undefined) return message
    const values = { error: message, cell: this.#cell.index + 1, line }
    return await this.#translate({ key: "cell.errorInCell", values })
  }

  /** A text that stands among the cell's own stays in the language that the reader had. */
  async #translate(message: Message): Promise<string> {
    const { catalogueLanguage, translateMessage } = await import("../late/lessonFormat")
    return translateMessage(catalogueLanguage(this.#language.current), message)
  }

  async #writeText(name: "stdout" | "stderr", text: string): Promise<void> {
    const room = SHOWN_CHARACTERS - this.#characters
    this.#texts.push(text)
    if (room <= 0) return
    this.#characters += text.length
    if (text.length > room) this.#whole.keep(this.#cell, this.#texts)
    const shown =
      text.length <= room ? text : `${text.slice(0, room)}\n${await this.#translate({ key: "cell.tooLong" })}\n`
    const item =
      name === "stdout" ? vscode.NotebookCellOutputItem.stdout(shown) : vscode.NotebookCellOutputItem.stderr(shown)
    if (this.#stream?.name === name) return await this.#execution.appendOutputItems(item, this.#stream.output)
    const output = ownOutput([item])
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
