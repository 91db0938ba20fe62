import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { root } from "../../scripts/setUp.mjs"
import { hosts } from "../../scripts/vscodeServer.mjs"
import { bundleSuite, packVsix } from "./host.mjs"

let vsix

/**
 * Runs one suite in one VS Code, by the test runner that VS Code gives to extensions. Failing runs leave a screenshot
 * and the logs in `test-results/<suite>-<host>/`.
 * @param {object} options
 * @param {string} options.suite a file of test/vscode/suite/, without its ending
 * @param {"newest" | "oldest"} options.host
 * @param {object} [options.scenario] settings, trust and locale of the VS Code
 * @returns {Promise<{ passed: number, failed: number, skipped: { title: string, reason: string }[],
 *   failures: { title: string, why: string }[] }>}
 */
export async function runSuite({ suite, host, scenario = {}, label = `${suite}-${host}` }) {
  const results = join(root, "test-results", label)
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results, { recursive: true })
  vsix ??= packVsix()
  const extensionTestsPath = await bundleSuite(suite)
  const folder = copyLessons()
  const [first] = readdirSync(folder).sort()
  console.log(`VS Code ${hosts[host].vscode} in the browser, suite "${suite}":`)
  const { runTests } = await import("@vscode/test-electron")
  const failed = await runTests({
    vscodeExecutablePath: join(root, "test", "vscode", "wrapper.mjs"),
    extensionDevelopmentPath: root,
    extensionTestsPath,
    extensionTestsEnv: {
      LOGBOOK_RESULTS: results,
      LOGBOOK_SCENARIO: JSON.stringify({ host, vsix, folder, file: join(folder, first), results, ...scenario }),
    },
  }).then(
    () => false,
    () => true,
  )
  rmSync(folder, { recursive: true, force: true })
  return countOf(results, failed)
}

/** The suite's own counts, and one more for the processes that must not outlive the window. */
function countOf(results, failed) {
  const file = join(results, "totals.json")
  const totals = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : { passed: 0, failed: 0, skipped: [], failures: [] }
  const leftFile = join(results, "left.json")
  const isClean = existsSync(leftFile) && JSON.parse(readFileSync(leftFile, "utf8")).length === 0
  const count = { passed: totals.passed + (isClean ? 1 : 0), failed: totals.failed + (isClean ? 0 : 1) }
  if (failed && count.failed === 0) count.failed = 1
  const left = isClean ? [] : [{ title: "after closing the window no process of ours is left", why: leftFile }]
  return { ...count, skipped: totals.skipped, failures: [...totals.failures, ...left] }
}

/** A suite edits and saves: never in the checkout. */
function copyLessons() {
  const folder = mkdtempSync(join(tmpdir(), "logbook-lessons-"))
  for (const name of readdirSync(join(root, "lessons"))) {
    if (name.endsWith(".kafka.md")) cpSync(join(root, "lessons", name), join(folder, name))
  }
  return folder
}
