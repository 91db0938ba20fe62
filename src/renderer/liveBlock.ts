import { drawLive } from "../diagram/draw"
import { catalogueLanguage } from "../l10n/catalogue"
import type { Board } from "./board"
import { readInfo } from "./fences"
import { Picture } from "./picture"

/** Draws a `live` block and follows the cluster while it is in view; answers how to stop. */
export function drawLiveBlock(element: HTMLElement, board: Board): () => void {
  const { words, attributes } = readInfo(element.dataset.info ?? "")
  const kind = words[1] ?? ""
  return followCluster(element, board, (language) => drawLive(kind, board.snapshot, attributes, language))
}

/** Keeps a picture of the cluster in `element` up to date while it is in view. */
export function followCluster(
  element: HTMLElement,
  board: Board,
  draw: (language: ReturnType<typeof catalogueLanguage>) => ReturnType<typeof drawLive>,
): () => void {
  element.replaceChildren()
  const picture = new Picture(element)
  let inView = true
  let stale = false
  const redraw = (): Promise<void> => {
    stale = !inView
    if (!inView) return Promise.resolve()
    const language = catalogueLanguage(board.language)
    return picture.show(draw(language), language)
  }
  const observer = new IntersectionObserver((entries) => {
    inView = entries.at(-1)?.isIntersecting ?? true
    if (inView && stale) void redraw()
  })
  observer.observe(element)
  void redraw()
  const stop = board.onChange((change) => {
    if (change === "snapshot" || change === "language") return redraw()
  })
  return () => {
    stop()
    observer.disconnect()
  }
}
