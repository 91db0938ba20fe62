import { expect, it } from "vitest"
import { leadToCells, leadToScripts } from "../../../src/editor/notebook/mapCellSources"
import { cellScriptPath } from "../../../src/process/cellScript"

const uri = "vscode-notebook-cell:/orders.kafka.md#W0sZmlsZQ%3D%3D"
const path = cellScriptPath("W0sZmlsZQ==")

it("leads the cells of its own lesson to their scripts, in every request", () => {
  const requests = [uri, "vscode-notebook-cell:/other.kafka.md#W0sZmlsZQ%3D%3D", "/shop/order.ts"].map((place) => ({
    command: "setBreakpoints",
    arguments: { source: { name: "a", path: place }, breakpoints: [{ line: 6 }] },
  }))
  for (const request of requests) leadToScripts(request, (at) => (at === uri ? "W0sZmlsZQ==" : undefined))
  expect(requests.map((request) => request.arguments.source.path)).toEqual([
    path,
    "vscode-notebook-cell:/other.kafka.md#W0sZmlsZQ%3D%3D",
    "/shop/order.ts",
  ])
})

it("leads scripts back to their cells, with the place of the debugger's own text taken away", () => {
  const script = { name: `${path}?run=3`, path: `${path}?run=3`, sourceReference: 7 }
  const kernel = { name: "kernel.js", path: "/extension/dist/kernel.js", sourceReference: 0 }
  const response = { command: "stackTrace", body: { stackFrames: [{ source: script }, { source: kernel }] } }
  leadToCells(response, (cell) => (cell === "W0sZmlsZQ==" ? { name: "Cell 1", path: uri } : undefined))
  expect(response.body.stackFrames).toEqual([{ source: { name: "Cell 1", path: uri } }, { source: kernel }])
})

it("leaves the script of a cell that is gone as it is", () => {
  const event = { event: "loadedSource", body: { source: { name: path, path, sourceReference: 7 } } }
  leadToCells(event, () => undefined)
  expect(event.body.source).toEqual({ name: path, path, sourceReference: 7 })
})
