#!/usr/bin/env node
/**
 * Stands in for the executable of VS Code where `@vscode/test-electron` starts one: the same suite then runs in a
 * VS Code for the browser. It installs the .vsix, adds a companion extension that calls the suite's `run()` inside
 * the extension host, opens a headless Chromium on it, and exits with the suite's result.
 */
import { spawnSync } from "node:child_process"
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { ensureChineseFont, openChromium } from "../../scripts/chromium.mjs"
import { addressOf, hosts, installVscodeServer, quietSettings, startVscodeServer } from "../../scripts/vscodeServer.mjs"
import { pathWithoutNode, processesOf } from "./host.mjs"
import { servePage } from "./page.mjs"

/** How long a suite may take before it counts as hung. */
const suiteTimeoutMs = Number(process.env.LOGBOOK_SUITE_TIMEOUT_MS ?? 6 * 60_000)

/** How long processes of ours may outlive the window: the reconnection grace of the server, and their own end. */
const processEndMs = 30_000

const options = Object.fromEntries(
  process.argv
    .slice(2)
    .filter((argument) => argument.startsWith("--") && argument.includes("="))
    .map((argument) => [argument.slice(2, argument.indexOf("=")), argument.slice(argument.indexOf("=") + 1)]),
)
const scenario = JSON.parse(process.env.LOGBOOK_SCENARIO ?? "{}")
const results = resolve(process.env.LOGBOOK_RESULTS ?? "test-results")
process.exitCode = await runSuite()

async function runSuite() {
  ensureChineseFont()
  mkdirSync(results, { recursive: true })
  const host = hosts[scenario.host ?? "newest"]
  const home = mkdtempSync(join(tmpdir(), "logbook-host-"))
  const extensionsFolder = join(home, "extensions")
  const log = createWriteStream(join(results, "server.log"))
  await new Promise((opened) => log.once("open", opened))
  installExtension(host, home, extensionsFolder)
  writeCompanion(extensionsFolder)
  if (scenario.compared) writeEmptyExtension(extensionsFolder)

  const browser = await openChromium()
  const page = await servePage(browser, results)
  const server = await startVscodeServer({
    host,
    home: join(home, "data"),
    extensionsFolder,
    folder: scenario.folder,
    // In the browser VS Code saves by itself after a second: a test that edits decides when to save.
    settings: { ...quietSettings, "files.autoSave": "off", ...scenario.settings },
    trusted: scenario.trusted ?? true,
    locale: scenario.locale,
    environment: environmentOf(page.address),
    log,
  })
  try {
    await page.open(addressOf(server.address, scenario.folder, scenario.file))
    const failures = await Promise.race([page.done, afterTimeout()])
    await browser.close()
    if (!host.endsWithPage) await server.stop()
    return failures + (await checkNothingLeft(extensionsFolder))
  } catch (error) {
    console.log(`✗ ${error.message}`)
    await page.saveEvidence("hung")
    return 1
  } finally {
    await browser.close()
    await server.stop()
    page.close()
    if (process.exitCode !== 0) keepLogs(join(home, "data"))
    rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** A real installation, as from the marketplace: what the .vsix lacks is missed here. */
function installExtension(host, home, extensionsFolder) {
  mkdirSync(extensionsFolder, { recursive: true })
  const { entry, node } = installVscodeServer(host)
  const where = ["--extensions-dir", extensionsFolder, "--user-data-dir", join(home, "data")]
  const installed = spawnSync(node, [entry, ...where, "--install-extension", scenario.vsix], { encoding: "utf8" })
  if (installed.status !== 0) throw new Error(`The .vsix does not install: ${installed.stdout}${installed.stderr}`)
  // The list that an installation leaves is all that VS Code then looks at: without it, it looks at the folders, and
  // finds the companion too.
  rmSync(join(extensionsFolder, "extensions.json"), { force: true })
}

function writeCompanion(extensionsFolder) {
  const program = `
    const say = (path, body) => fetch(process.env.LOGBOOK_PAGE + path, { method: "POST", body: JSON.stringify(body) })
    exports.activate = () => {
      Promise.resolve()
        .then(() => require(${JSON.stringify(options.extensionTestsPath)}).run())
        .then(() => say("/ended", {}), (error) => say("/ended", { error: String(error && error.stack || error) }))
    }`
  writeExtension(extensionsFolder, { name: "logbook-suite", activationEvents: ["onStartupFinished"] }, program)
}

/** The least that an extension can be, activated by the same event as ours: what its activation takes is VS Code's own. */
function writeEmptyExtension(extensionsFolder) {
  const manifest = {
    name: "logbook-empty",
    displayName: "An empty extension",
    // What a notebook type brings along for its extension (VS Code: notebookExtensionPoint.ts), and comes first.
    activationEvents: ["onNotebookSerializer:logbook-lesson"],
    // The suite itself reads notebooks of this type.
    contributes: {
      notebooks: [
        { type: "logbook-least", displayName: "One heading", selector: [{ filenamePattern: "*.logbook-least" }] },
      ],
    },
  }
  writeExtension(extensionsFolder, manifest, `require("vscode")\nexports.activate = () => {}\n`)
}

function writeExtension(extensionsFolder, manifest, program) {
  const publisher = "logbook"
  const version = "0.0.1"
  const folder = join(extensionsFolder, `${publisher}.${manifest.name}-${version}`)
  mkdirSync(folder, { recursive: true })
  const whole = {
    publisher,
    version,
    engines: { vscode: "^1.106.0" },
    main: "./main.js",
    capabilities: { untrustedWorkspaces: { supported: true } },
    ...manifest,
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify(whole))
  writeFileSync(join(folder, "main.js"), program)
}

function environmentOf(page) {
  const { HOME, LANG, TMPDIR } = process.env
  return {
    HOME: scenario.home ?? HOME,
    LANG: LANG ?? "C.UTF-8",
    ...(TMPDIR ? { TMPDIR } : {}),
    PATH: pathWithoutNode(),
    LOGBOOK_PAGE: page,
    LOGBOOK_SCENARIO: process.env.LOGBOOK_SCENARIO,
  }
}

async function checkNothingLeft(extensionsFolder) {
  const deadline = Date.now() + processEndMs
  let left = processesOf(extensionsFolder)
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((next) => setTimeout(next, 250))
    left = processesOf(extensionsFolder)
  }
  console.log(left.length === 0 ? "  ✔ after closing the window no process of ours is left" : "  ✗ processes are left:")
  for (const { pid, command } of left) console.log(`    ${pid} ${command}`)
  writeFileSync(join(results, "left.json"), JSON.stringify(left))
  return left.length === 0 ? 0 : 1
}

function keepLogs(data) {
  const logs = join(data, "logs")
  for (const name of safeList(logs)) {
    spawnSync("cp", ["-r", join(logs, name), join(results, `logs-${name}`)])
  }
}

function safeList(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function afterTimeout() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("The suite did not end in time.")), suiteTimeoutMs).unref()
  })
}
