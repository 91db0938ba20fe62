import Mocha from "mocha"
import type { Page, Totals } from "./page"

/** A suite is defined by calling mocha's `describe` and `it`; each window of it is a phase, the first is 1. */
export type DefineSuite = (page: Page | undefined, phase: number) => void

/**
 * Runs a suite inside the extension host. What mocha prints goes to the wrapper, as the console of an extension host
 * is nobody's terminal.
 */
export async function runMocha(define: DefineSuite, page: Page | undefined): Promise<void> {
  const phase = (await page?.phase()) ?? 1
  const mocha = new Mocha({ ui: "bdd", timeout: 120_000, color: false, slow: 20_000 })
  let printing = Promise.resolve()
  if (page) {
    const { format } = await import("node:util")
    Mocha.reporters.Base.consoleLog = (...parts: unknown[]) => {
      const text = format(...parts)
      printing = printing.then(() => page.log(text))
    }
  }
  mocha.suite.emit("pre-require", globalThis, "", mocha)
  define(page, phase)
  const totals = await new Promise<Totals>((resolve) => {
    let passed = 0
    const skipped: Totals["skipped"] = []
    const failures: Totals["failures"] = []
    const evidence: Promise<unknown>[] = []
    const runner = mocha.run(async (failed) => {
      await Promise.allSettled(evidence)
      resolve({ passed, failed, skipped, failures })
    })
    runner.on("pass", () => (passed += 1))
    runner.on("pending", (test) => skipped.push({ title: test.fullTitle(), reason: "needs the browser's page" }))
    runner.on("fail", (test, error) => {
      failures.push({ title: test.fullTitle(), why: String(error.stack ?? error) })
      if (page) evidence.push(page.screenshot(`failed-${test.title.replaceAll(/\W+/g, "-").slice(0, 60)}`))
    })
  })
  await printing
  await page?.count(totals)
  if (!page && totals.failed > 0) throw new Error(`${totals.failed} failed`)
}
