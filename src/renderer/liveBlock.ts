import type { ClusterSnapshot } from "../contract/snapshot"
import type { Diagram } from "../diagram/diagram"
import { drawLive, kindName } from "../diagram/draw"
import { mergeDiagrams } from "../diagram/mergeDiagrams"
import { type CatalogueLanguage, catalogueLanguage } from "../l10n/catalogue"
import type { Board } from "./board"
import { FaultButtons } from "./faultButtons"
import { readInfo } from "./fences"
import { Picture } from "./picture"
import { Timeline } from "./timeline"

/** Draws a `live` block and follows the cluster while it is in view; answers how to stop. */
export function drawLiveBlock(element: HTMLElement, board: Board): () => void {
  const { words, attributes } = readInfo(element.dataset.info ?? "")
  return followCluster(element, board, words[1] ?? "", (snapshot, language) =>
    drawLive(words[1] ?? "", snapshot, attributes, language),
  )
}

/** Keeps a picture of the cluster in `element` up to date while it is in view, with its controls below it. */
export function followCluster(
  element: HTMLElement,
  board: Board,
  kind: string,
  draw: (snapshot: ClusterSnapshot | undefined, language: CatalogueLanguage) => Diagram,
): () => void {
  element.replaceChildren()
  const picture = new Picture(element, { keepsPlace: true })
  const redraw = (): void => {
    const language = catalogueLanguage(board.language)
    const { snapshot } = timeline
    // Side by side, a reader wants the words of both.
    const diagram =
      board.language === "both"
        ? mergeDiagrams(draw(snapshot, "en"), draw(snapshot, "zh-cn"))
        : draw(snapshot, language)
    timeline.label(language)
    faults?.update(language)
    isStale = !isInView
    // Words cost nothing, and a screen reader may be anywhere; the picture waits until it is seen.
    if (isInView) void picture.show(diagram, language, snapshot?.atMs)
    else picture.describe(diagram, language)
  }
  const timeline = new Timeline(board, redraw)
  const faults = breakable.includes(kindName(kind)) ? new FaultButtons(board, kindName(kind) === "topology") : undefined
  const controls = document.createElement("div")
  controls.className = "logbook-controls"
  controls.append(timeline.element, ...(faults ? [faults.element] : []))
  element.append(controls)
  let isInView = true
  let isStale = false
  // Of a picture that nobody sees, only the newest state is drawn once it comes into view.
  const observer = new IntersectionObserver((entries) => {
    isInView = entries.at(-1)?.isIntersecting ?? true
    if (isInView && isStale) redraw()
  })
  observer.observe(element)
  redraw()
  const stop = board.onChange((change) => {
    if (change === "language" || (change === "snapshot" && !timeline.isFrozen)) redraw()
  })
  return () => {
    stop()
    timeline.dispose()
    observer.disconnect()
  }
}

/** The kinds whose picture shows what killing a node does. */
const breakable = ["topology", "replication", "consumer-group"]
