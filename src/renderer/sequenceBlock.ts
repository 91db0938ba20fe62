import type { Diagram } from "../diagram/diagram"
import { emptyDiagram } from "../diagram/diagram"
import { sequence, sequenceDifference } from "../diagram/sequence"
import { type CatalogueLanguage, catalogueLanguage, translate } from "../l10n/catalogue"
import type { Board } from "./board"
import { readInfo } from "./fences"
import { Picture } from "./picture"

/** Draws a recorded `sequence`, or two beside each other with their difference in words; answers how to stop. */
export function drawSequenceBlock(element: HTMLElement, board: Board): () => void {
  const { attributes } = readInfo(element.dataset.info ?? "")
  const ids = (attributes.record ?? attributes.compare ?? "").split(",").map((id) => id.trim())
  const pictures = ids.map((id) => {
    const column = document.createElement("div")
    if (ids.length > 1) {
      const title = document.createElement("h4")
      title.textContent = id
      column.append(title)
    }
    const frame = document.createElement("div")
    column.append(frame)
    return { id, column, picture: new Picture(frame) }
  })
  const difference = document.createElement("p")
  difference.className = "logbook-difference"
  element.classList.toggle("logbook-compare", ids.length > 1)
  element.replaceChildren(...pictures.map(({ column }) => column), ...(ids.length > 1 ? [difference] : []))
  const redraw = async () => {
    const language = catalogueLanguage(board.language)
    difference.textContent = differenceOf(ids, board, language)
    await Promise.all(pictures.map(({ id, picture }) => picture.show(drawRecording(id, board, language), language)))
  }
  void redraw()
  return board.onChange((change) => {
    if (change === "recordings" || change === "language") return redraw()
  })
}

function drawRecording(id: string, board: Board, language: CatalogueLanguage): Diagram {
  const entries = board.recordings.get(id)
  if (!entries) return emptyDiagram(translate(language, "diagram.notRecorded", { record: id }))
  return sequence(entries, language)
}

function differenceOf(ids: readonly string[], board: Board, language: CatalogueLanguage): string {
  const [left = "", right = ""] = ids
  const [before, after] = [board.recordings.get(left), board.recordings.get(right)]
  if (!before || !after) return ""
  return sequenceDifference({ id: left, entries: before }, { id: right, entries: after }, language)
}
