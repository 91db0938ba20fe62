// Runs in the notebook's webview: draws the outputs of our own mime types.
import type { ActivationFunction, OutputItem } from "vscode-notebook-renderer"
import { type CellError, type CheckOutput, type LiveOutput, type NoteOutput, outputMime } from "../contract/kernel"
import type { ToRenderer } from "../contract/renderer"
import { Board } from "./board"
import { drawCheck } from "./checkOutput"
import { drawError } from "./errorOutput"
import { keepKeys } from "./keepKeys"
import { drawLiveOutput } from "./liveOutput"
import { drawNote } from "./noteOutput"
import { proseStyle } from "./style"

export const activate: ActivationFunction = (context) => {
  const board = new Board((message) => context.postMessage?.(message))
  context.onDidReceiveMessage?.((message: ToRenderer) => board.receive(message))
  const drawn = new Map<string, () => void>()
  const dispose = (id: string) => {
    drawn.get(id)?.()
    drawn.delete(id)
  }
  void board.announce()
  return {
    renderOutputItem: (item, element) => {
      dispose(item.id)
      const root = element.shadowRoot ?? element.attachShadow({ mode: "open" })
      const style = document.createElement("style")
      style.textContent = proseStyle
      const body = document.createElement("div")
      body.addEventListener("keydown", keepKeys)
      root.replaceChildren(style, body)
      drawn.set(item.id, draw(item, body, board))
    },
    disposeOutputItem: (id) => {
      for (const known of id === undefined ? [...drawn.keys()] : [id]) dispose(known)
    },
  }
}

function draw(item: OutputItem, body: HTMLElement, board: Board): () => void {
  switch (item.mime) {
    case outputMime.live:
      return drawLiveOutput(item.json() as LiveOutput, body, board)
    case outputMime.check:
      return drawCheck(item.json() as CheckOutput, body, board)
    case outputMime.error:
      return drawError(item.json() as CellError, body, board)
    case outputMime.note:
      return drawNote(item.json() as NoteOutput, body, board)
    default:
      body.textContent = item.text()
      return () => {}
  }
}
