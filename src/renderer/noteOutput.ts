import type { NoteOutput } from "../contract/kernel"
import type { Board } from "./board"

/** Draws a sentence of ours about a run, in the reader's language. */
export function drawNote({ text }: NoteOutput, body: HTMLElement, board: Board): () => void {
  const redraw = () => {
    const note = document.createElement("p")
    note.className = "logbook-note"
    note.textContent = board.localized(text)
    body.replaceChildren(note)
  }
  redraw()
  return board.onChange((change) => {
    if (change === "language") redraw()
  })
}
