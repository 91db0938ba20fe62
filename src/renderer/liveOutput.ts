import type { LiveOutput } from "../contract/kernel"
import type { ClusterSnapshot } from "../contract/snapshot"
import { drawLive } from "../diagram/draw"
import { catalogueLanguage } from "../l10n/catalogue"
import type { Board } from "./board"
import { followCluster } from "./liveBlock"
import { Picture } from "./picture"

/** Draws a diagram that a cell returned: its own text, or the cluster as it is now, or as it was where none runs. */
export function drawLiveOutput(output: LiveOutput, body: HTMLElement, board: Board): () => void {
  if (output.kind === "mermaid") return drawOnce(String(output.target.text ?? ""), output.twin, body, board)
  body.dataset.logbookLive = ""
  const then = output.snapshot as ClusterSnapshot | undefined
  return followCluster(body, board, output.kind, (snapshot, language) =>
    drawLive(output.kind, snapshot ?? then, output.target, language),
  )
}

/** A text of the cell's own: the cluster has no part in it. */
function drawOnce(mermaid: string, twin: string, body: HTMLElement, board: Board): () => void {
  const picture = new Picture(body)
  const diagram = { mermaid, structure: mermaid, labels: {}, twin, empty: false }
  void picture.show(diagram, catalogueLanguage(board.language))
  return () => {}
}
