import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { cache, root, say } from "../scripts/setUp.mjs"
import { sight } from "./vscode/sights.mjs"

/** How many seeds of the simulation fit into three minutes of two cores. */
const simulatedSeeds = "200"

/** Everything, in the order in which a failure is cheapest to find. `--only NAME,…` runs some of it. */
const stages = [
  { name: "types", run: () => command("types", ["node_modules/typescript/bin/tsc", "-p", "."]) },
  {
    name: "types",
    run: () => command("types of the renderer", ["node_modules/typescript/bin/tsc", "-p", "src/renderer"]),
  },
  { name: "lint", run: () => command("lint", ["node_modules/@biomejs/biome/bin/biome", "check", "."]) },
  { name: "build", run: () => check("build", build) },
  { name: "unit", run: () => vitest("unit") },
  { name: "simulation", run: () => simulate() },
  { name: "simulation", run: () => vitest("simulation") },
  { name: "lessons", run: () => vitest("lessons") },
  { name: "conformance", run: () => conformance() },
  { name: "vscode", run: () => vscode({ suite: "main", host: "newest" }) },
  { name: "vscode", run: () => vscode(sight("walk", "light", "en")) },
  { name: "vscode", run: () => vscode(sight("walk", "dark", "zh")) },
  { name: "vscode", run: () => vscode({ suite: "tools", host: "newest" }) },
  { name: "vscode", run: () => vscode({ suite: "unplanned", host: "newest" }) },
  { name: "vscode", run: () => vscode({ suite: "main", host: "oldest" }) },
  { name: "vscode", run: () => vscode({ suite: "restricted", host: "newest", scenario: { trusted: false } }) },
]

/** Runs the stages and prints `N passed, N failed` as the last line; exit code 1 when anything failed. */
export async function runTests() {
  const only = argumentOf("--only")?.split(",")
  const totals = { passed: 0, failed: 0, skipped: [] }
  for (const stage of stages) {
    if (only && !only.includes(stage.name)) continue
    const started = performance.now()
    const { passed, failed, skipped = [] } = await stage.run()
    totals.passed += passed
    totals.failed += failed
    totals.skipped.push(...skipped)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`── ${stage.name}: ${passed} passed, ${failed} failed (${seconds} s)`)
  }
  for (const { title, reason } of totals.skipped) console.log(`skipped: ${title} (${reason})`)
  const skipped = totals.skipped.length > 0 ? `, ${totals.skipped.length} skipped` : ""
  console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`)
  if (totals.failed > 0 || totals.passed === 0) process.exitCode = 1
}

async function build() {
  const { build: buildBundles } = await import("../scripts/bundles.mjs")
  await buildBundles()
}

async function command(title, [script, ...options]) {
  const code = await runNode([join(root, script), ...options])
  if (code !== 0) console.log(`✗ ${title}`)
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
}

async function check(title, action) {
  try {
    await action()
    return { passed: 1, failed: 0 }
  } catch (error) {
    console.log(`✗ ${title}: ${error.message}`)
    return { passed: 0, failed: 1 }
  }
}

/** One of the projects of vitest.config.mts. A test may only be skipped with a reason: `context.skip("why")`. */
async function vitest(project) {
  const report = join(cache, `${project}.json`)
  mkdirSync(cache, { recursive: true })
  rmSync(report, { force: true })
  const options = ["run", "--config", "test/vitest.config.mts", "--project", project]
  options.push("--reporter=default", "--reporter=json", `--outputFile.json=${report}`)
  const code = await runNode([join(root, "node_modules", "vitest", "vitest.mjs"), ...options])
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const result = JSON.parse(readFileSync(report, "utf8"))
  const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults)
  const skipped = tests
    .filter(({ status }) => status === "skipped" || status === "pending" || status === "todo")
    .map(({ fullName, meta }) => ({ title: fullName, reason: meta?.skipped ?? "no reason given" }))
  const failed = tests.filter(({ status }) => status === "failed").length
  const brokenFiles = result.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  )
  const passed = tests.filter(({ status }) => status === "passed").length
  const failures = failed + brokenFiles.length
  return { passed, failed: code !== 0 && failures === 0 ? 1 : failures, skipped }
}

/** Two of the clients come from Debian; where they cannot be installed, their tests say so. */
async function conformance() {
  const { ensureDebianPackages } = await import("../scripts/chromium.mjs")
  ensureDebianPackages(["kcat", "python3-kafka"], "Two Kafka clients are left out of the conformance tests")
  return await vitest("conformance")
}

async function simulate() {
  if (!existsSync(join(root, "scripts", "simulate.mjs"))) return { passed: 0, failed: 0 }
  const code = await runNode([join(root, "scripts", "simulate.mjs"), "--seeds", simulatedSeeds])
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
}

async function vscode(options) {
  const { runSuite } = await import("./vscode/runSuite.mjs")
  return await runSuite(options)
}

function runNode(options) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, options, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
    child.on("error", (error) => {
      say(error.message)
      resolve(1)
    })
    child.on("exit", (code) => resolve(code ?? 1))
  })
}

function argumentOf(name) {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
