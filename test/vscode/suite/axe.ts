import axe from "axe-core"
import type { Page } from "./page"

/** What axe finds serious or critical in what we draw: in the prose, the blocks and the outputs that are on the page. */
export async function seriousProblems(page: Page): Promise<string[]> {
  // Half a megabyte: only where the page has not got it yet.
  if (!(await page.notebook<boolean>("!!globalThis.axe"))) {
    await page.notebook(`void (0, eval)(${JSON.stringify(axe.source)})`)
  }
  return await page.notebook<string[]>(`axe
    .run("#container", { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"] })
    .then(({ violations }) =>
      violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
          id + " " + JSON.stringify(target) + " " + failureSummary)))`)
}
