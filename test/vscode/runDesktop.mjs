import { cpSync, mkdtempSync, readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "../../scripts/bundles.mjs"
import { root } from "../../scripts/setUp.mjs"
import { bundleSuite } from "./host.mjs"

/**
 * The same suite in a desktop VS Code: `VSCODE` names its executable, else @vscode/test-electron fetches one. What
 * needs the browser's page is skipped there, by name.
 */
export async function runDesktop() {
  await build()
  const { runTests } = await import("@vscode/test-electron")
  const folder = mkdtempSync(join(tmpdir(), "logbook-lessons-"))
  cpSync(join(root, "lessons"), folder, { recursive: true })
  const [first] = readdirSync(folder)
    .filter((name) => name.endsWith(".kafka.md"))
    .sort()
  await runTests({
    ...(process.env.VSCODE ? { vscodeExecutablePath: process.env.VSCODE } : {}),
    extensionDevelopmentPath: root,
    extensionTestsPath: await bundleSuite("main"),
    launchArgs: [folder, "--disable-workspace-trust"],
    extensionTestsEnv: { LOGBOOK_SCENARIO: JSON.stringify({ folder, file: join(folder, first) }) },
  })
}
