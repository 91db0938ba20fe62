import { runSuite } from "./runSuite.mjs"

/** How the lesson is looked at: both themes, both languages. */
const sights = [
  { label: "smoke-light-en", settings: { "workbench.colorTheme": "Default Light Modern", "logbook.language": "en" } },
  { label: "smoke-dark-zh", settings: { "workbench.colorTheme": "Default Dark Modern", "logbook.language": "zh" } },
  { label: "smoke-dark-en", settings: { "workbench.colorTheme": "Default Dark Modern", "logbook.language": "en" } },
  { label: "smoke-light-zh", settings: { "workbench.colorTheme": "Default Light Modern", "logbook.language": "zh" } },
]

/** `npm start -- --smoke`: exits 0 only if every cell succeeded and the live diagram followed, in every sight. */
export async function runSmoke() {
  const totals = { passed: 0, failed: 0 }
  for (const { label, settings } of sights) {
    const { quietSettings } = await import("../../scripts/vscodeServer.mjs")
    const scenario = { settings: { ...quietSettings, ...settings } }
    const { passed, failed } = await runSuite({ suite: "smoke", host: "newest", scenario, label })
    totals.passed += passed
    totals.failed += failed
  }
  console.log("The screenshots are in test-results/.")
  console.log(`${totals.passed} passed, ${totals.failed} failed`)
  if (totals.failed > 0) process.exitCode = 1
}
