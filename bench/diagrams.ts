import { readFileSync } from "node:fs"
import { join } from "node:path"
import { median, percentile, write } from "./report"

/** What the live diagrams promise, in milliseconds from the snapshot's time to the frame after the change. */
const targets = { countersMedianMs: 80, p95Ms: 200 }

interface Measured {
  readonly vscode: string
  readonly counters: readonly number[]
  readonly shapes: readonly number[]
}

void benchDiagrams()

/** Live diagrams in a real VS Code: how far they are behind the cluster. */
async function benchDiagrams(): Promise<void> {
  const root = process.env.LOGBOOK_ROOT ?? process.cwd()
  const { runSuite } = await import(join(root, "test", "vscode", "runSuite.mjs"))
  const { passed, failed } = await runSuite({ suite: "diagrams", host: "newest", label: "bench-diagrams" })
  if (failed > 0 || passed === 0)
    throw new Error("The diagrams could not be measured: see test-results/bench-diagrams/.")
  const file = join(root, "test-results", "bench-diagrams", "diagrams.json")
  const measured: Measured = JSON.parse(readFileSync(file, "utf8"))
  const all = [...measured.counters, ...measured.shapes]
  const results = [
    {
      figure: "counters, patched as text",
      ...spread(measured.counters),
      target: `p50 < ${targets.countersMedianMs} ms`,
    },
    { figure: "shapes, laid out anew", ...spread(measured.shapes), target: "" },
    { figure: "all changes", ...spread(all), target: `p95 < ${targets.p95Ms} ms` },
  ]
  console.log("| snapshot to frame | changes | p50 ms | p95 ms | target |\n|---|---|---|---|---|")
  for (const { figure, changes, p50Ms, p95Ms, target } of results) {
    console.log(`| ${[figure, changes, p50Ms, p95Ms, target].join(" | ")} |`)
  }
  write("diagrams", { versions: { vscode: measured.vscode }, targets, results })
}

function spread(delaysMs: readonly number[]): { changes: number; p50Ms: number; p95Ms: number } {
  return { changes: delaysMs.length, p50Ms: median(delaysMs), p95Ms: percentile(delaysMs, 0.95) }
}
