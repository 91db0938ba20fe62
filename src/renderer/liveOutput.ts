import type { LiveOutput } from "../contract/kernel"
import type { ClusterSnapshot } from "../contract/snapshot"
import { drawLive } from "../diagram/draw"
import type { Board } from "./board"
import { followCluster } from "./liveBlock"

/** Draws a diagram that a cell returned: the cluster as it is now, or as it was where none runs any more. */
export function drawLiveOutput(output: LiveOutput, body: HTMLElement, board: Board): () => void {
  body.dataset.logbookLive = ""
  const then = output.snapshot as ClusterSnapshot | undefined
  return followCluster(body, board, output.kind, (snapshot, language) =>
    drawLive(output.kind, snapshot ?? then, output.target, language),
  )
}
