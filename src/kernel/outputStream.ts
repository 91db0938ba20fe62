import type { CellOutput, MimeItem } from "../contract/kernel"

/** A cell's text goes out at most this often. */
const FLUSH_INTERVAL_MS = 50

/** What a cell may print in one run. The editor shows the beginning of it, and opens the whole as a text. */
export const MAX_STREAM_LENGTH = 8_000_000

/** Of one display (a picture, a tree of JSON). */
export const MAX_DISPLAY_LENGTH = 2_000_000

/** Of a value's text: more of it than anybody reads, and little enough for the editor to keep. */
export const MAX_TEXT_LENGTH = 100_000

/** Displays of one run; a progress bar's updates count once. */
export const MAX_DISPLAYS = 500

/** What there was too much of. */
export type OutputLimit = "characters" | "outputs" | "value"

/**
 * What one run of a cell shows, in its order: text is put together and paced, displays go out at once, and past its
 * limits a run is silent after one line that says so.
 */
export class OutputStream {
  readonly #send: (output: CellOutput) => void
  readonly #now: () => number
  readonly #truncated: (limit: OutputLimit, count: number) => string
  #pending: { name: "stdout" | "stderr"; text: string }[] = []
  #timer: NodeJS.Timeout | undefined
  #flushedAtMs = 0
  #length = 0
  #displays = 0
  #isFull = false

  /** @param truncated the line that says what was cut, in the reader's language */
  constructor(
    send: (output: CellOutput) => void,
    truncated: (limit: OutputLimit, count: number) => string,
    now = () => performance.now(),
  ) {
    this.#send = send
    this.#truncated = truncated
    this.#now = now
  }

  write(name: "stdout" | "stderr", text: string): void {
    if (this.#isFull || text === "") return
    const room = MAX_STREAM_LENGTH - this.#length
    this.#length += text.length
    this.#append(name, text.length > room ? text.slice(0, Math.max(0, room)) : text)
    if (text.length > room) this.#close("characters", MAX_STREAM_LENGTH)
    // A cell in a loop never lets a timer run: it flushes by itself.
    if (this.#now() - this.#flushedAtMs >= FLUSH_INTERVAL_MS) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_INTERVAL_MS)
  }

  display(output: Extract<CellOutput, { type: "display" }>): void {
    if (this.#isFull) return
    this.flush()
    if (output.id === undefined && ++this.#displays > MAX_DISPLAYS) {
      this.#close("outputs", MAX_DISPLAYS)
      return
    }
    this.#send({ ...output, items: output.items.flatMap((item) => this.#fitting(item)) })
  }

  /** Text is cut; of anything else a part is worth nothing, and its text stands beside it. */
  #fitting(item: MimeItem): MimeItem[] {
    if (item.mime !== "text/plain") return item.data.length <= MAX_DISPLAY_LENGTH ? [item] : []
    if (item.data.length <= MAX_TEXT_LENGTH) return [item]
    const notice = this.#truncated("value", MAX_TEXT_LENGTH)
    return [{ ...item, data: `${item.data.slice(0, MAX_TEXT_LENGTH)}\n${notice}` }]
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

  #close(limit: OutputLimit, count: number): void {
    this.#append("stderr", `\n${this.#truncated(limit, count)}\n`)
    this.#isFull = true
    this.flush()
  }
}
