import type { CellOutput } from "../contract/kernel"

/** A cell's text goes out at most this often. */
const FLUSH_INTERVAL_MS = 50

/** What a cell may print in one run. The editor shows the beginning of it, and opens the whole as a text. */
export const MAX_STREAM_LENGTH = 8_000_000

/** Of one display (a value, a table). */
export const MAX_DISPLAY_LENGTH = 2_000_000

/** Displays of one run; a progress bar's updates count once. */
export const MAX_DISPLAYS = 500

/**
 * What one run of a cell shows, in its order: text is put together and paced, displays go out at once, and past its
 * limits a run is silent after one line that says so.
 */
export class OutputStream {
  readonly #send: (output: CellOutput) => void
  readonly #now: () => number
  readonly #truncated: (limit: string) => string
  #pending: { name: "stdout" | "stderr"; text: string }[] = []
  #timer: NodeJS.Timeout | undefined
  #flushedAtMs = 0
  #length = 0
  #displays = 0
  #isFull = false

  /** @param truncated the line that says what was cut, in the reader's language */
  constructor(send: (output: CellOutput) => void, truncated: (limit: string) => string, now = () => performance.now()) {
    this.#send = send
    this.#truncated = truncated
    this.#now = now
  }

  write(name: "stdout" | "stderr", text: string): void {
    if (this.#isFull || text === "") return
    const room = MAX_STREAM_LENGTH - this.#length
    this.#length += text.length
    this.#append(name, text.length > room ? text.slice(0, Math.max(0, room)) : text)
    if (text.length > room) this.#close(`${MAX_STREAM_LENGTH.toLocaleString("en")} characters`)
    // A cell in a loop never lets a timer run: it flushes by itself.
    if (this.#now() - this.#flushedAtMs >= FLUSH_INTERVAL_MS) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS)
  }

  display(output: Extract<CellOutput, { type: "display" }>): void {
    if (this.#isFull) return
    this.flush()
    if (output.id === undefined && ++this.#displays > MAX_DISPLAYS) {
      this.#close(`${MAX_DISPLAYS} outputs`)
      return
    }
    const items = output.items.filter(({ data }) => data.length <= MAX_DISPLAY_LENGTH)
    if (items.length > 0) this.#send({ ...output, items })
    else this.#append("stderr", `${this.#truncated(`${MAX_DISPLAY_LENGTH.toLocaleString("en")} characters`)}\n`)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushedAtMs = this.#now()
    const pending = this.#pending
    this.#pending = []
    for (const { name, text } of pending) this.#send({ type: "stream", name, text })
  }

  #append(name: "stdout" | "stderr", text: string): void {
    const last = this.#pending.at(-1)
    if (last?.name === name) last.text += text
    else this.#pending.push({ name, text })
  }

  #close(limit: string): void {
    this.#append("stderr", `\n${this.#truncated(limit)}\n`)
    this.#isFull = true
    this.flush()
  }
}
