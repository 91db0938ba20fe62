// Runs before anything is installed: under any Node from 20 on, without dependencies.
import { spawn, spawnSync } from "node:child_process"
import { existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const cache = join(root, ".cache")

/** The oldest Node that every tool of the project runs on (vitest, @platformatic/kafka, node:zlib's ZSTD). */
const oldestNode = [22, 22]
const ownNodeVersion = "24"

/**
 * Makes the checkout ready to be built: a Node that is new enough, and the packages of the lock file. Where this
 * process runs on an older Node, the same script is run again on one from npm's `node` package, and this call never
 * returns.
 */
export async function setUp() {
  if (isOldNode()) await runAgainOnOwnNode()
  if (areModulesLinked()) return
  const installed = join(root, "node_modules", ".package-lock.json")
  const lock = join(root, "package-lock.json")
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  say("Installing the packages of package-lock.json …")
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root })
}

/**
 * Installs packages into a folder of their own under .cache/, once per set of versions.
 * @param {string} name the folder's name
 * @param {string[]} packages npm package specifications
 * @param {string[]} options further options of `npm install`
 * @param {Record<string, string>} overrides other versions of what the packages depend on
 * @returns {string} the folder
 */
export function installApart(name, packages, options = [], overrides = {}) {
  const folder = join(cache, name)
  const stamp = join(folder, ".installed")
  const wanted = [...packages, ...options, JSON.stringify(overrides)].join("\n")
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return folder
  say(`Fetching ${packages.join(", ")} from npm into .cache/${name} …`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, overrides }))
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...options, ...packages], { cwd: folder })
  writeFileSync(stamp, wanted)
  return folder
}

/** Runs a command to its end with our own output; throws a sentence when it fails. */
export function run(command, commandArguments, options = {}) {
  const result = spawnSync(command, commandArguments, {
    stdio: ["ignore", process.stderr, "inherit"],
    shell: process.platform === "win32" && command === "npm",
    ...options,
  })
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`)
  if (result.status !== 0) throw new Error(`${command} ${commandArguments.join(" ")} ended with ${result.status}.`)
}

export function say(text) {
  process.stderr.write(`${text}\n`)
}

/** Runs `main` and turns what it throws into one line and exit code 1. */
export async function runMain(main) {
  try {
    await main()
  } catch (error) {
    say(process.env.LOGBOOK_DEBUG ? error.stack : `✗ ${error.message}`)
    process.exitCode = 1
  }
}

/** A worktree whose packages are a link to another checkout's: `npm ci` would empty that one. */
function areModulesLinked() {
  return lstatSync(join(root, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function isOldNode() {
  const [major, minor] = process.versions.node.split(".").map(Number)
  return major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])
}

async function runAgainOnOwnNode() {
  const folder = installApart("node", [`node@${ownNodeVersion}`])
  const binaries = join(folder, "node_modules", "node", "bin")
  const child = spawn(join(binaries, "node"), process.argv.slice(1), {
    stdio: "inherit",
    env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` },
  })
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
  const code = await new Promise((resolve) => child.on("exit", (status, signal) => resolve(signal ? 1 : status)))
  process.exit(code)
}
