import { runMain, setUp } from "./setUp.mjs"

/** Five lessons, in two languages and two themes and once in high contrast, take as long as they take. */
const lookTimeoutMs = 60 * 60_000

await setUp()
await runMain(look)

/**
 * `npm run look [-- 07 [en|zh [light|dark|contrast]]]`: runs the lessons in a real VS Code and leaves a screenshot of
 * each screen in `test-results/look…/`, in both languages, light and dark; only those whose file begins so where one is
 * named, and only in the language and the theme that are.
 */
async function look() {
  const [lesson, language, theme] = process.argv.slice(2)
  process.env.LOGBOOK_SUITE_TIMEOUT_MS ??= String(lookTimeoutMs)
  const { build } = await import("./bundles.mjs")
  const { runSuite } = await import("../test/vscode/runSuite.mjs")
  await build()
  const { failed } = await runSuite({
    suite: "look",
    host: "newest",
    scenario: { look: { lesson, language, theme } },
    label: ["look", ...process.argv.slice(2)].join("-"),
  })
  if (failed > 0) process.exitCode = 1
}
