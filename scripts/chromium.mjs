import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { brotliDecompressSync } from "node:zlib"
import { cache, installApart, say } from "./setUp.mjs"

const chromiumPackage = "@sparticuz/chromium@153.0.0"

/** What keeps a headless Chromium quiet and able to run as root in a container. */
const switches = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
]

/**
 * Starts a headless Chromium: the one from npm, which needs neither root nor system libraries, else one that is
 * installed.
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function openChromium() {
  const { chromium } = await import("playwright-core")
  const { executablePath, environment } = await findChromium()
  return await chromium.launch({ executablePath, args: switches, env: { ...process.env, ...environment } })
}

/** Chinese needs a font that has its glyphs. As root on Debian it is installed; elsewhere we say what to do. */
export function ensureChineseFont() {
  const listed = spawnSync("fc-list", [":lang=zh", "family"], { encoding: "utf8" })
  if (listed.status === 0 && listed.stdout.trim() !== "") return
  ensureDebianPackages(["fontconfig", "fonts-noto-cjk"], "Chinese text will show as boxes in the screenshots")
}

/**
 * Installs Debian packages, printing each first, where we are root; elsewhere says in one sentence what to install.
 * @returns {boolean} whether they are there now
 */
export function ensureDebianPackages(packages, otherwise) {
  const missing = packages.filter((name) => spawnSync("dpkg", ["-s", name]).status !== 0)
  if (missing.length === 0) return true
  const isRoot = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")
  if (!isRoot) {
    say(`${otherwise}: install ${missing.join(" ")} (on Debian: sudo apt-get install ${missing.join(" ")}).`)
    return false
  }
  for (const name of missing) say(`Installing the Debian package ${name} …`)
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  const install = ["install", "-y", "--no-install-recommends", ...missing]
  const quiet = { stdio: ["ignore", "ignore", "inherit"], env: environment }
  if (spawnSync("apt-get", install, quiet).status === 0) return true
  spawnSync("apt-get", ["update"], quiet)
  if (spawnSync("apt-get", install, quiet).status === 0) return true
  say(`${otherwise}: apt-get could not install ${missing.join(" ")}.`)
  return false
}

async function findChromium() {
  if (process.env.CHROMIUM) return { executablePath: process.env.CHROMIUM, environment: {} }
  if (process.platform === "linux" && process.arch === "x64") return await unpackChromium()
  const installed = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync)
  if (installed) return { executablePath: installed, environment: {} }
  throw new Error("No Chromium was found: install one, and name it in the environment variable CHROMIUM.")
}

/** The package holds the browser and the libraries that it misses on a bare machine, each brotli-compressed. */
async function unpackChromium() {
  const folder = installApart("chromium", [chromiumPackage], ["--ignore-scripts"])
  const packed = join(folder, "node_modules", "@sparticuz", "chromium")
  const { default: chromium } = await import(pathToFileURL(join(packed, "build", "esm", "index.js")).href).catch(
    () => import(pathToFileURL(join(packed, "build", "index.js")).href),
  )
  const executablePath = await chromium.executablePath()
  const libraries = join(cache, "chromium", "libraries")
  if (!existsSync(libraries)) {
    mkdirSync(libraries, { recursive: true })
    const tar = join(cache, "chromium", "libraries.tar")
    writeFileSync(tar, brotliDecompressSync(readFileSync(join(packed, "bin", "al2023.tar.br"))))
    const unpacked = spawnSync("tar", ["-xf", tar, "-C", libraries])
    if (unpacked.status !== 0) throw new Error(`The libraries of Chromium could not be unpacked: ${unpacked.stderr}`)
  }
  const search = [join(libraries, "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":")
  return { executablePath, environment: { LD_LIBRARY_PATH: search } }
}
