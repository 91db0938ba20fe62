import type { Board } from "./board"

/** Draws a recorded `sequence`; answers how to stop. */
export function drawSequenceBlock(_element: HTMLElement, _board: Board): () => void {
  return () => {}
}
