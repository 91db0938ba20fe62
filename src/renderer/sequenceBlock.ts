import { compareSequences } from "../diagram/compareSequences"
import type { Diagram } from "../diagram/diagram"
import { emptyDiagram } from "../diagram/diagram"
import { sequence } from "../diagram/sequence"
import { type CatalogueLanguage, catalogueLanguage, translate } from "../l10n/catalogue"
import { parseRecordingNames, recordingsOf } from "../lesson/recordingNames"
import type { Board } from "./board"
import { readInfo } from "./fences"
import { Picture } from "./picture"

/** A picture's own padding and border, left and right, in pixels. */
const PICTURE_PADDING = 26

/** Draws a recorded `sequence`, or two beside each other with their difference in words; answers how to stop. */
export function drawSequenceBlock(element: HTMLElement, board: Board): () => void {
  const { attributes } = readInfo(element.dataset.info ?? "")
  const ids = recordingsOf(attributes)
  const { names } = parseRecordingNames(element.dataset.body ?? "", 1)
  const nameOf = (id: string) => {
    const name = names[id]
    return name ? board.localized(name) : id
  }
  const pictures = ids.map((id) => {
    const column = document.createElement("div")
    const title = document.createElement("h4")
    if (ids.length > 1 || id in names) column.append(title)
    const frame = document.createElement("div")
    column.append(frame)
    return { id, column, title, picture: new Picture(frame) }
  })
  const difference = document.createElement("p")
  difference.className = "logbook-difference"
  element.classList.toggle("logbook-compare", ids.length > 1)
  element.replaceChildren(...pictures.map(({ column }) => column), ...(ids.length > 1 ? [difference] : []))
  const redraw = async () => {
    const language = catalogueLanguage(board.language)
    for (const { id, title } of pictures) title.textContent = nameOf(id)
    difference.textContent = differenceOf(ids, board, nameOf, language)
    await Promise.all(
      pictures.map(async ({ id, column, picture }) => {
        await picture.show(drawRecording(id, board, language), language)
        // Two pictures stand beside each other where both can be read there, else below each other.
        const width = Number.parseFloat(column.querySelector("svg")?.style.minWidth ?? "")
        column.style.flexBasis = Number.isNaN(width) ? "" : `${width + PICTURE_PADDING}px`
      }),
    )
  }
  void redraw()
  return board.onChange((change) => {
    if (change === "recordings" || change === "language") void redraw()
  })
}

function drawRecording(id: string, board: Board, language: CatalogueLanguage): Diagram {
  const entries = board.recordings.get(id)
  if (!entries) return emptyDiagram(translate(language, "diagram.notRecorded", { record: id }))
  return sequence(entries, language)
}

function differenceOf(
  ids: readonly string[],
  board: Board,
  nameOf: (id: string) => string,
  language: CatalogueLanguage,
): string {
  const [left = "", right = ""] = ids
  const [before, after] = [board.recordings.get(left), board.recordings.get(right)]
  if (!before || !after) return ""
  return compareSequences({ name: nameOf(left), entries: before }, { name: nameOf(right), entries: after }, language)
}
