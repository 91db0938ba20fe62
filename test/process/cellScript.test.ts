import fc from "fast-check"
import { expect, it } from "vitest"
import { cellOfScript, cellScriptPath, cellScriptUrl } from "../../src/process/cellScript"

it("knows a cell by the path and by the URLs of its script, whatever its name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(), (cell, run) => {
      expect([cellOfScript(cellScriptPath(cell)), cellOfScript(cellScriptUrl(cell, run))]).toEqual([cell, cell])
    }),
  )
})

it("takes no other path for that of a cell", () => {
  const others = ["", "/", "/logbook-cells", "/logbook-cells/xyz.ts", "/shop/logbook-cells/6f.ts", "file:///a.ts?run=1"]
  expect(others.map(cellOfScript)).toEqual(others.map(() => undefined))
})
