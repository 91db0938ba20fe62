import type { CheckOutput } from "../contract/kernel"
import { catalogueLanguage, translate } from "../l10n/catalogue"
import type { Board } from "./board"

/** Draws what a check found, a line per expectation, or that it waits for its exercise, in the reader's language. */
export function drawCheck(output: CheckOutput, body: HTMLElement, board: Board): () => void {
  const redraw = () => {
    const words = catalogueLanguage(board.language)
    if (output.results.length === 0) {
      const sentence = document.createElement("p")
      sentence.className = "logbook-waiting"
      sentence.textContent = translate(words, "check.waiting")
      body.replaceChildren(sentence)
      return
    }
    const list = document.createElement("ul")
    list.className = "logbook-check"
    for (const { ok, text } of output.results) {
      const line = document.createElement("li")
      line.className = ok ? "passed" : "failed"
      const sentence = board.localized(text)
      line.textContent = `${ok ? "✓" : "✗"} ${sentence}`
      line.setAttribute("aria-label", `${translate(words, ok ? "check.passed" : "check.failed")}: ${sentence}`)
      list.append(line)
    }
    body.replaceChildren(list)
  }
  redraw()
  return board.onChange((change) => {
    if (change === "language") redraw()
  })
}
