import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { StoredCell } from "../../../src/editor/progress/storedLesson"
import { latestOf, type SyncedOutputs, withLesson } from "../../../src/editor/progress/syncedOutputs"

/** A cell that showed so many characters, and when it ended. */
function cell(characters: number, endTime = 1): StoredCell {
  const data = "x".repeat(characters)
  return { source: "1", timing: { startTime: 0, endTime }, outputs: [[{ mime: "text/plain", data }]] }
}

describe("the outputs that travel with settings sync", () => {
  it("are the small ones, of the lessons that ran last, and never more than sync takes", () => {
    const runs = fc.array(
      fc.record({
        lesson: fc.constantFrom("a", "b", "c", "d", "e"),
        sizes: fc.array(fc.nat(12_000), { maxLength: 30 }),
      }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(runs, (all) => {
        let synced: SyncedOutputs = {}
        for (const [atMs, { lesson, sizes }] of all.entries()) {
          const cells = Object.fromEntries(sizes.map((size, index) => [`code-${index}`, cell(size)]))
          synced = withLesson(synced, lesson, cells, atMs)
          expect(JSON.stringify(synced).length).toBeLessThan(201_000)
          // The lesson that has just run is there with every small cell, where these fit at all.
          const small = Object.keys(cells).filter((name) => JSON.stringify(cells[name]).length <= 8_000)
          const fits = small.reduce((sum, name) => sum + JSON.stringify(cells[name]).length + 20, 0) < 199_000
          if (fits) expect(Object.keys(synced[lesson]?.cells ?? {})).toEqual(small)
        }
      }),
    )
  })

  it("are forgotten with their lesson", () => {
    const both = withLesson(withLesson({}, "a", { one: cell(5) }, 1), "b", { one: cell(5) }, 2)
    expect(Object.keys(withLesson(both, "a", {}, 3))).toEqual(["b"])
  })

  it("are shown where the cell ran later on another machine, or never on this one", () => {
    const here = { old: cell(1, 10), young: cell(2, 30), large: cell(9_000, 5) }
    const there = { atMs: 20, cells: { old: cell(3, 20), young: cell(4, 20), other: cell(5, 20) } }
    expect(latestOf(here, there)).toEqual({ ...here, old: there.cells.old, other: there.cells.other })
    expect(latestOf(here, undefined)).toEqual(here)
  })
})
