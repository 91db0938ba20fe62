import { runSuite } from "./runSuite.mjs"
import { sight } from "./sights.mjs"

/** How the lesson is looked at: both themes, both languages. */
const sights = [
  sight("smoke", "light", "en"),
  sight("smoke", "dark", "zh"),
  sight("smoke", "dark", "en"),
  sight("smoke", "light", "zh"),
]

/** `npm start -- --smoke`: exits 0 only if every cell succeeded and the live diagram followed, in every sight. */
export async function runSmoke() {
  const totals = { passed: 0, failed: 0 }
  for (const seen of sights) {
    const { passed, failed } = await runSuite(seen)
    totals.passed += passed
    totals.failed += failed
  }
  console.log("The screenshots are in test-results/.")
  console.log(`${totals.passed} passed, ${totals.failed} failed`)
  if (totals.failed > 0) process.exitCode = 1
}
