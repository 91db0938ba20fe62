import { AsyncLocalStorage } from "node:async_hooks"
import { type CellOutput, type ExecuteParams, type MimeItem, outputMime } from "../contract/kernel"
import type { DisplayLanguage } from "../contract/language"
import type { CheckResult, KitContext, OwnedResource } from "../kit/host"
import type { CompiledCell } from "./compileCell"
import { OutputStream } from "./outputStream"
import { truncatedText } from "./texts"

/** The run that the code which calls belongs to: survives awaits, timers and callbacks of sockets. */
export const currentRun = new AsyncLocalStorage<CellRun>()

/** A consumer's handler that is under way gets this long to end, so that its record need not come again. */
const CLOSE_GRACE_MS = 2_500

/** A client that has not closed so long after its grace is left to its broken connection. */
const CLOSE_LIMIT_MS = 500

/** One run of a cell: its output, its checks, and everything it opened. */
export class CellRun implements KitContext {
  readonly cell: string
  readonly number: number
  readonly kind: ExecuteParams["kind"]
  readonly source: string
  readonly language: DisplayLanguage
  readonly output: OutputStream
  readonly checks: CheckResult[] = []
  /** Stops the cell's timers; filled by the functions that set them. */
  readonly timers = new Set<() => void>()
  compiled: CompiledCell | undefined
  hasEnded = false
  /** Errors that no code of the cell awaited. */
  readonly strayErrors: unknown[] = []
  readonly #abort = new AbortController()
  readonly #resources = new Set<OwnedResource>()

  constructor(params: ExecuteParams, number: number, send: (output: CellOutput) => void) {
    this.cell = params.cell
    this.kind = params.kind
    this.source = params.source
    this.language = params.language
    this.number = number
    this.output = new OutputStream(send, (limit, count) => truncatedText(params.language, limit, count))
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  display(items: readonly MimeItem[], id?: string): void {
    this.output.display({ type: "display", ...(id !== undefined && { id }), items })
  }

  write(stream: "stdout" | "stderr", text: string): void {
    this.output.write(stream, text)
  }

  check(result: CheckResult): void {
    this.checks.push(result)
  }

  own(resource: OwnedResource): void {
    this.#resources.add(resource)
    if (this.signal.aborted) void this.#closeResources(CLOSE_GRACE_MS)
  }

  /** Shows what the checks found. */
  showChecks(): void {
    if (this.checks.length === 0) return
    this.display([
      { mime: outputMime.check, data: JSON.stringify({ results: this.checks }) },
      { mime: "text/plain", data: this.checks.map(({ ok, text }) => `${ok ? "✓" : "✗"} ${text.en}`).join("\n") },
    ])
  }

  /** Stops what the cell left behind: timers, waits on its signal, clients. Never rejects. */
  async stop(reason: string, graceMs = CLOSE_GRACE_MS): Promise<void> {
    this.#abort.abort(new DOMException(reason, "AbortError"))
    for (const clear of this.timers) clear()
    this.timers.clear()
    await this.#closeResources(graceMs)
    this.output.flush()
  }

  async #closeResources(graceMs: number): Promise<void> {
    const resources = [...this.#resources]
    this.#resources.clear()
    const limit = new Promise((resolve) => setTimeout(resolve, graceMs + CLOSE_LIMIT_MS).unref())
    await Promise.race([Promise.allSettled(resources.map((resource) => resource.close(graceMs))), limit])
  }
}
