import type { ControlMethod } from "../contract/control"
import type { ClusterSnapshot } from "../contract/snapshot"
import { type CatalogueLanguage, translate } from "../l10n/catalogue"
import type { Board } from "./board"

interface Action {
  /** The same for what is done and what undoes it. */
  readonly key: string
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
  readonly #buttons = new Map<string, HTMLButtonElement>()

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
    const keys = new Set(actions.map(({ key }) => key))
    for (const [key, button] of this.#buttons) {
      if (keys.has(key)) continue
      button.remove()
      this.#buttons.delete(key)
    }
    actions.forEach((action, place) => {
      const button = this.#say(action)
      // One that is moved, or made anew, would lose the focus.
      const there = this.#list.children[place]
      if (there !== button) this.#list.insertBefore(button, there ?? null)
    })
  }

  #say({ key, label, method, params }: Action): HTMLButtonElement {
    const button = this.#buttons.get(key) ?? document.createElement("button")
    this.#buttons.set(key, button)
    if (button.textContent !== label) button.textContent = label
    button.onclick = () => this.#board.post({ type: "act", method, params })
    return button
  }
}

function nodeActions(snapshot: ClusterSnapshot, language: CatalogueLanguage): Action[] {
  return Object.entries(snapshot.nodes).flatMap(([key, { roles, state }]): Action[] => {
    const id = Number(key)
    const node = translate(language, roles.includes("broker") ? "diagram.broker" : "diagram.controller", { id })
    const act = (name: "kill" | "pause" | "resume" | "start"): Action => ({
      key: `${id} ${name === "kill" || name === "start" ? "life" : "pace"}`,
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
    return {
      key: `${a}-${b}`,
      label: translate(language, `act.${name}`, { a, b }),
      method: `link/${name}`,
      params: { a, b },
    }
  })
}
