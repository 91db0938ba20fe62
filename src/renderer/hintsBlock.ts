import { catalogueLanguage, translate } from "../l10n/catalogue"
import { parseHints } from "../lesson/question"
import type { Board } from "./board"
import { readInfo } from "./fences"

/** Draws a `hints` block: as many hints as the reader has asked for, and a button for the next; answers how to stop. */
export function drawHintsBlock(element: HTMLElement, board: Board): () => void {
  const { attributes } = readInfo(element.dataset.info ?? "")
  const exercise = attributes.for ?? ""
  const { hints } = parseHints(element.dataset.body ?? "", 1)
  element.classList.add("logbook-question")
  element.setAttribute("role", "group")
  const redraw = () => {
    const words = catalogueLanguage(board.language)
    const shown = board.hints[exercise] ?? 0
    const list = document.createElement("ol")
    for (const hint of hints.slice(0, shown)) {
      const item = document.createElement("li")
      item.textContent = board.localized(hint)
      list.append(item)
    }
    const next = document.createElement("button")
    next.className = "logbook-plain"
    next.textContent = translate(words, "hints.show", { number: shown + 1, count: hints.length })
    next.addEventListener("click", () => board.post({ type: "hint", exercise, count: shown + 1 }))
    element.replaceChildren(...(shown > 0 ? [list] : []), ...(shown < hints.length ? [next] : []))
  }
  redraw()
  return board.onChange((change) => {
    if (change === "language" || change === "progress") redraw()
  })
}
