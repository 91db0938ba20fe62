import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { cache, root } from "../scripts/setUp.mjs"
import { sight } from "./vscode/sights.mjs"

/** How many seeds of the simulation fit into three minutes of two cores. */
const simulatedSeeds = "200"

/** Of what failed, as much is told again at the end of the run. */
const toldLines = 25

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

/**
 * Runs the stages and prints `N passed, N failed` as the last line; exit code 1 when anything failed. What failed is told
 * once more just before it: of a long log, often only the end is at hand.
 */
export async function runTests() {
  const only = argumentOf("--only")?.split(",")
  const totals = { passed: 0, failed: 0, skipped: [], failures: [] }
  for (const stage of stages) {
    if (only && !only.includes(stage.name)) continue
    const started = performance.now()
    const { passed, failed, skipped = [], failures = [] } = await stage.run()
    totals.passed += passed
    totals.failed += failed
    totals.skipped.push(...skipped)
    totals.failures.push(...failures.map((failure) => ({ stage: stage.name, ...failure })))
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`── ${stage.name}: ${passed} passed, ${failed} failed (${seconds} s)`)
  }
  for (const { stage, title, why } of totals.failures) console.log(`failed in ${stage}: ${title}\n${indented(why)}`)
  for (const { title, reason } of totals.skipped) console.log(`skipped: ${title} (${reason})`)
  console.log(`${totals.passed} passed, ${totals.failed} failed`)
  if (totals.failed > 0 || totals.passed === 0) process.exitCode = 1
}

async function build() {
  const { build: buildBundles } = await import("../scripts/bundles.mjs")
  await buildBundles()
}

async function command(title, [script, ...options]) {
  const { code, lastLines } = await runNode([join(root, script), ...options])
  if (code === 0) return { passed: 1, failed: 0 }
  return { passed: 0, failed: 1, failures: [{ title, why: lastLines }] }
}

async function check(title, action) {
  try {
    await action()
    return { passed: 1, failed: 0 }
  } catch (error) {
    return { passed: 0, failed: 1, failures: [{ title, why: error.message }] }
  }
}

/** One of the projects of vitest.config.mts. A test may only be skipped with a reason: `context.skip("why")`. */
async function vitest(project) {
  const report = join(cache, `${project}.json`)
  mkdirSync(cache, { recursive: true })
  rmSync(report, { force: true })
  const options = ["run", "--config", "test/vitest.config.mts", "--project", project]
  options.push("--reporter=default", "--reporter=json", `--outputFile.json=${report}`)
  const { code, lastLines } = await runNode([join(root, "node_modules", "vitest", "vitest.mjs"), ...options])
  const unreported = { title: project, why: lastLines }
  if (!existsSync(report)) return { passed: 0, failed: 1, failures: [unreported] }
  const result = JSON.parse(readFileSync(report, "utf8"))
  const tests = result.testResults.flatMap(({ assertionResults }) => assertionResults)
  const skipped = tests
    .filter(({ status }) => status === "skipped" || status === "pending" || status === "todo")
    .map(({ fullName, meta }) => ({ title: fullName, reason: meta?.skipped ?? "no reason given" }))
  const failed = tests.filter(({ status }) => status === "failed")
  const brokenFiles = result.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  )
  const passed = tests.filter(({ status }) => status === "passed").length
  const failures = [
    ...failed.map(({ fullName, failureMessages }) => ({ title: fullName, why: failureMessages.join("\n") })),
    ...brokenFiles.map(({ name, message }) => ({ title: name, why: message })),
  ]
  // An error that no test caught is in no report, and fails the run all the same.
  if (code !== 0 && failures.length === 0) failures.push(unreported)
  return { passed, failed: failures.length, skipped, failures }
}

/** Two of the clients come from Debian; where they cannot be installed, their tests say so. */
async function conformance() {
  const { ensureDebianPackages } = await import("../scripts/chromium.mjs")
  ensureDebianPackages(["kcat", "python3-kafka"], "Two Kafka clients are left out of the conformance tests")
  return await vitest("conformance")
}

async function simulate() {
  if (!existsSync(join(root, "scripts", "simulate.mjs"))) return { passed: 0, failed: 0 }
  return await command("simulation", ["scripts/simulate.mjs", "--seeds", simulatedSeeds])
}

async function vscode(options) {
  const { runSuite } = await import("./vscode/runSuite.mjs")
  return await runSuite(options)
}

/** The first lines of a reason are the message and the place; a comparison of whole objects may go on for pages. */
function indented(why) {
  return why
    .split("\n")
    .filter((line) => !line.includes("node_modules/@vitest/"))
    .slice(0, toldLines)
    .map((line) => `  ${line}`)
    .join("\n")
}

/** Prints what the program prints while it runs, and keeps the end of it. */
function runNode(options) {
  return new Promise((resolve) => {
    const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: "1" } : process.env
    const child = spawn(process.execPath, options, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] })
    let last = []
    const keep = (text) => {
      last = [...last, ...String(text).trimEnd().split("\n")].slice(-toldLines)
    }
    child.stdout.on("data", keep).pipe(process.stdout, { end: false })
    child.stderr.on("data", keep).pipe(process.stderr, { end: false })
    child.on("error", (error) => resolve({ code: 1, lastLines: error.message }))
    child.on("close", (code) => resolve({ code: code ?? 1, lastLines: last.join("\n") }))
  })
}

function argumentOf(name) {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
