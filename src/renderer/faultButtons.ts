import type { ControlMethod } from "../contract/control"
import type { ClusterSnapshot } from "../contract/snapshot"
import { type CatalogueLanguage, translate } from "../l10n/catalogue"
import type { Board } from "./board"

interface Action {
  readonly label: string
  readonly method: ControlMethod
  readonly params: unknown
}

/** Buttons below a picture of the embedded cluster: kill, pause, start a node, cut a link. Folded until wanted. */
export class FaultButtons {
  readonly element = document.createElement("details")
  readonly #summary = document.createElement("summary")
  readonly #list = document.createElement("div")
  readonly #board: Board
  readonly #withLinks: boolean
  #shown = ""

  constructor(board: Board, withLinks: boolean) {
    this.#board = board
    this.#withLinks = withLinks
    this.element.className = "logbook-faults"
    this.element.append(this.#summary, this.#list)
  }

  /** Offers what can be done to the cluster as it is now. */
  update(language: CatalogueLanguage): void {
    const { snapshot } = this.#board
    this.element.hidden = snapshot?.source !== "embedded"
    if (snapshot?.source !== "embedded") return
    this.#summary.textContent = translate(language, "act.title")
    const actions = [...nodeActions(snapshot, language), ...(this.#withLinks ? linkActions(snapshot, language) : [])]
    const labels = actions.map(({ label }) => label).join("\n")
    // The same buttons stay, and the focus on them.
    if (labels === this.#shown) return
    this.#shown = labels
    const focused = [...this.#list.children].findIndex((button) => button.matches(":focus"))
    this.#list.replaceChildren(...actions.map((action) => this.#button(action)))
    const again = this.#list.children[focused]
    if (again instanceof HTMLElement) again.focus()
  }

  #button({ label, method, params }: Action): HTMLElement {
    const button = document.createElement("button")
    button.textContent = label
    button.addEventListener("click", () => this.#board.post({ type: "act", method, params }))
    return button
  }
}

function nodeActions(snapshot: ClusterSnapshot, language: CatalogueLanguage): Action[] {
  return Object.entries(snapshot.nodes).flatMap(([key, { roles, state }]): Action[] => {
    const id = Number(key)
    const node = translate(language, roles.includes("broker") ? "diagram.broker" : "diagram.controller", { id })
    const act = (name: "kill" | "pause" | "resume" | "start"): Action => ({
      label: translate(language, `act.${name}`, { node }),
      method: `node/${name}`,
      params: { id },
    })
    if (state === "dead" || state === "stopped") return [act("start")]
    return [act("kill"), act(state === "paused" ? "resume" : "pause")]
  })
}

function linkActions(snapshot: ClusterSnapshot, language: CatalogueLanguage): Action[] {
  const ids = Object.keys(snapshot.nodes).map(Number)
  const pairs = ids.flatMap((a) => ids.filter((b) => b > a).map((b) => ({ a, b })))
  return pairs.map(({ a, b }) => {
    const name = snapshot.links[`${a}-${b}`] === "cut" ? "heal" : "cut"
    return { label: translate(language, `act.${name}`, { a, b }), method: `link/${name}`, params: { a, b } }
  })
}
