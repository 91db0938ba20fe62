import type { DisplayLanguage, LocalizedText } from "../contract/language"
import type { FromRenderer, ToRenderer } from "../contract/renderer"
import type { ClusterSnapshot } from "../contract/snapshot"
import type { TraceEntry } from "../contract/trace"
import { ClusterHistory } from "./clusterHistory"

/** A hidden page gets no animation frames: the host must not wait for one longer than this. */
const FRAME_LIMIT_MS = 100

const FIRST_DELAY_MS = 50
const LAST_DELAY_MS = 30_000

/** Everything that the host has told this webview, and who wants to know when it changes. */
export class Board {
  language: DisplayLanguage = "en"
  /** What makes 繁體 of 简体, once somebody wants to read it. */
  #toTraditional: ((text: string) => string) | undefined
  readonly #cluster = new ClusterHistory()
  answers: Readonly<Record<string, number>> = {}
  revealed: readonly string[] = []
  hints: Readonly<Record<string, number>> = {}
  readonly recordings = new Map<string, readonly TraceEntry[]>()
  readonly post: (message: FromRenderer) => void
  readonly #listeners = new Set<Listener>()
  #isAnswered = false

  constructor(post: (message: FromRenderer) => void) {
    this.post = post
  }

  /** The cluster as it is now; undefined while none runs. */
  get snapshot(): ClusterSnapshot | undefined {
    return this.#cluster.current
  }

  /** What the cluster was, oldest first: for stepping back. */
  get history(): readonly ClusterSnapshot[] {
    return this.#cluster.moments
  }

  /**
   * Says "ready" until the host answers. The first call may come before the extension host knows this editor, and is
   * lost then (VS Code: "unknown text editor"); in notebooks that are not ours nobody ever answers.
   */
  async announce(): Promise<boolean> {
    for (let delayMs = FIRST_DELAY_MS; !this.#isAnswered && delayMs <= LAST_DELAY_MS; delayMs *= 2) {
      this.post({ type: "ready" })
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
    return this.#isAnswered
  }

  /** `listener` is called after every change. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  receive(message: ToRenderer): void {
    this.#isAnswered = true
    switch (message.type) {
      case "language":
        this.language = message.language
        void this.#speak()
        break
      case "frame":
      case "change":
        // Unacknowledged, it comes again as a whole.
        if (!this.#cluster.take(message)) break
        this.#notify("snapshot")
        // A picture that takes long to lay out keeps the newest for itself: it must not hold back the others'.
        void this.#acknowledge(message.frame)
        break
      case "record":
        if (message.entries) this.recordings.set(message.id, message.entries)
        else this.recordings.delete(message.id)
        this.#notify("recordings")
        break
      case "progress":
        this.answers = message.answers
        this.revealed = message.revealed
        this.hints = message.hints
        this.#notify("progress")
        break
    }
  }

  /** A Chinese text as the reader's language writes it. */
  inScript(text: string): string {
    return this.language === "zh-tw" && this.#toTraditional ? this.#toTraditional(text) : text
  }

  /** A text in the language, or the languages, that the reader sees. */
  localized({ en, zh }: LocalizedText): string {
    switch (this.language) {
      case "en":
        return en
      case "zh":
      case "zh-tw":
        return this.inScript(zh)
      case "both":
        return `${en} · ${zh}`
    }
  }

  async #speak(): Promise<void> {
    if (this.language === "zh-tw") this.#toTraditional ??= (await import("../l10n/traditional")).toTraditional
    this.#notify("language")
  }

  #notify(change: Change): void {
    for (const listener of this.#listeners) {
      try {
        listener(change)
      } catch (error) {
        // One block that cannot be drawn must not take the others along.
        console.error("Logbook: a block could not be drawn", error)
      }
    }
  }

  async #acknowledge(frame: number): Promise<void> {
    await new Promise<void>((resolve) => {
      requestAnimationFrame(() => resolve())
      setTimeout(resolve, FRAME_LIMIT_MS)
    })
    this.post({ type: "drawn", frame, atMs: Date.now() })
  }
}

export type Change = "language" | "snapshot" | "recordings" | "progress"
type Listener = (change: Change) => void
