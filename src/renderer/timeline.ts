import type { ClusterSnapshot } from "../contract/snapshot"
import { type CatalogueLanguage, translate } from "../l10n/catalogue"
import type { Board } from "./board"

/** Between two moments of a replay. */
const REPLAY_STEP_MS = 400

/** Lets a picture stand still, step back and forth through what the cluster was, and replay it. */
export class Timeline {
  readonly element = document.createElement("div")
  readonly #board: Board
  readonly #redraw: () => void
  readonly #slider = document.createElement("input")
  readonly #freeze = document.createElement("button")
  readonly #replay = document.createElement("button")
  /** The moments at the time of freezing; undefined while following. */
  #frozen: readonly ClusterSnapshot[] | undefined
  #position = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(board: Board, redraw: () => void) {
    this.#board = board
    this.#redraw = redraw
    this.element.className = "logbook-timeline"
    this.element.setAttribute("role", "toolbar")
    this.#freeze.addEventListener("click", () => (this.#frozen ? this.#follow() : this.#stop()))
    this.#slider.type = "range"
    this.#slider.min = "0"
    this.#slider.addEventListener("input", () => this.#goTo(Number(this.#slider.value)))
    this.#replay.addEventListener("click", () => this.#play(0))
    this.element.append(this.#freeze, this.#slider, this.#replay)
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined
  }

  /** The cluster at the moment that is shown. */
  get snapshot(): ClusterSnapshot | undefined {
    return this.#frozen ? this.#frozen[this.#position] : this.#board.snapshot
  }

  /** Says its buttons in the reader's language, and hides what means nothing now. */
  label(language: CatalogueLanguage): void {
    const count = this.#frozen?.length ?? 0
    this.element.hidden = !this.#frozen && this.#board.snapshot === undefined
    this.#freeze.textContent = translate(language, this.#frozen ? "act.follow" : "act.freeze")
    this.#freeze.setAttribute("aria-pressed", String(this.isFrozen))
    this.#replay.textContent = translate(language, "act.replay")
    this.#slider.max = String(Math.max(count - 1, 0))
    this.#slider.value = String(this.#position)
    const place = translate(language, "act.position", { position: this.#position + 1, count })
    this.#slider.setAttribute("aria-label", translate(language, "act.step"))
    this.#slider.setAttribute("aria-valuetext", place)
    this.#slider.title = place
    for (const control of [this.#slider, this.#replay]) control.hidden = count < 2
  }

  dispose(): void {
    clearTimeout(this.#timer)
  }

  #stop(): void {
    this.#frozen = [...this.#board.history]
    this.#goTo(this.#frozen.length - 1)
  }

  #follow(): void {
    clearTimeout(this.#timer)
    this.#frozen = undefined
    this.#position = 0
    this.#redraw()
  }

  #goTo(position: number): void {
    clearTimeout(this.#timer)
    this.#position = Math.max(0, position)
    this.#redraw()
  }

  #play(from: number): void {
    this.#goTo(from)
    if (!this.#frozen || from >= this.#frozen.length - 1) return
    this.#timer = setTimeout(() => this.#play(from + 1), REPLAY_STEP_MS)
  }
}
