import type { CellError } from "../contract/kernel"
import { catalogueLanguage, translate } from "../l10n/catalogue"
import type { Board } from "./board"

/** Draws what went wrong in a cell: what, in which line, the code around it, what to try, and the stack folded away. */
export function drawError(error: CellError, body: HTMLElement, board: Board): () => void {
  const redraw = () => {
    const words = catalogueLanguage(board.language)
    // A check's sentence is the lesson's; any other message is as its program wrote it.
    const said = error.translations?.message
    const message = said ? board.localized(said) : error.message
    const title = `${error.name}: ${message}`
    const { line } = error
    const placed = line === undefined ? title : translate(words, "cell.errorInLine", { error: title, line })
    const parts = [part("p", "logbook-error-title", placed)]
    if (error.frame) parts.push(part("pre", "logbook-error-frame", error.frame))
    const hint = error.translations?.hint ? board.localized(error.translations.hint) : error.hint
    if (hint) parts.push(part("p", "logbook-error-hint", translate(words, "cell.hint", { hint })))
    // Its first line is the title: below it there is something to unfold only where a cell has called another.
    if (error.stack.includes("\n")) {
      const details = part("details", "logbook-error-stack", "")
      details.append(part("summary", "", translate(words, "cell.stack")), part("pre", "", error.stack))
      parts.push(details)
    }
    const box = part("div", "logbook-error", "")
    box.setAttribute("role", "alert")
    box.append(...parts)
    body.replaceChildren(box)
  }
  redraw()
  return board.onChange((change) => {
    if (change === "language") redraw()
  })
}

function part(name: string, className: string, text: string): HTMLElement {
  const element = document.createElement(name)
  if (className !== "") element.className = className
  element.textContent = text
  return element
}
