import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import { installApart, run } from "./setUp.mjs"

/** The hosts that we test on: the newest VS Code, and the oldest that `engines.vscode` admits. */
export const hosts = {
  newest: { vscode: "1.139.1", codeServer: "4.139.1", node: "24", endsWithPage: true },
  // The argon2 that it asks for downloads its binary from elsewhere; a later one carries it in the package.
  oldest: { vscode: "1.106.3", codeServer: "4.106.3", node: "22", overrides: { argon2: "0.44.0" } },
}

/** A first sight with nothing but the lesson: no welcome page, no chat, no tips, no toasts. */
export const quietSettings = {
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.tips.enabled": false,
  "workbench.editorAssociations": { "*.kafka.md": "logbook-lesson" },
  "extensions.ignoreRecommendations": true,
  "extensions.autoCheckUpdates": false,
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "security.workspace.trust.startupPrompt": "never",
}

/**
 * Fetches VS Code for the browser (code-server) from npm: no compiler, no root.
 * @returns {{ entry: string, node: string }} its script, and the Node to run it with
 */
export function installVscodeServer(host) {
  const name = `vscode-${host.codeServer}`
  const folder = installApart(name, [`code-server@${host.codeServer}`], ["--ignore-scripts"], host.overrides)
  const server = join(folder, "node_modules", "code-server")
  for (const part of ["lib/vscode", "lib/vscode/extensions"]) {
    const at = join(server, part)
    if (existsSync(join(at, ".installed"))) continue
    takeFromNpm(at)
    const options = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    run("npm", ["install", ...options], { cwd: at })
    writeFileSync(join(at, ".installed"), "")
  }
  const own = installApart(`node-${host.node}`, [`node@${host.node}`])
  return { entry: join(server, "out", "node", "entry.js"), node: join(own, "node_modules", "node", "bin", "node") }
}

/**
 * Older hosts name one dependency by a commit of its repository, which a machine that reaches npm alone cannot fetch:
 * npm's own release of it does the same.
 */
function takeFromNpm(folder) {
  const released = { "@parcel/watcher": "2.5.1" }
  const manifestFile = join(folder, "package.json")
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"))
  const named = Object.keys(released).filter((name) => /[/#]/.test(manifest.dependencies?.[name] ?? ""))
  if (named.length === 0) return
  for (const name of named) manifest.dependencies[name] = released[name]
  writeFileSync(manifestFile, JSON.stringify(manifest, null, 2))
  const lockFile = join(folder, "npm-shrinkwrap.json")
  if (!existsSync(lockFile)) return
  const lock = JSON.parse(readFileSync(lockFile, "utf8"))
  for (const name of named) {
    lock.packages[""].dependencies[name] = released[name]
    delete lock.packages[`node_modules/${name}`]
  }
  writeFileSync(lockFile, JSON.stringify(lock, null, 2))
}

/**
 * Starts VS Code for the browser on loopback.
 * @param {object} options
 * @param {object} options.host one of {@link hosts}
 * @param {string} options.home a folder for its user data; `User/settings.json` in it is written from `settings`
 * @param {string} options.extensionsFolder unpacked or installed extensions
 * @param {string} options.folder the folder to open
 * @returns {Promise<{ address: string, stop(): Promise<void>, process: import("node:child_process").ChildProcess }>}
 */
export async function startVscodeServer({
  host,
  home,
  extensionsFolder,
  folder,
  settings = quietSettings,
  port = 0,
  environment = process.env,
  trusted = true,
  locale,
  log = "ignore",
}) {
  const { entry, node } = installVscodeServer(host)
  const settingsFile = join(home, "User", "settings.json")
  mkdirSync(dirname(settingsFile), { recursive: true })
  writeFileSync(settingsFile, JSON.stringify(settings, null, 2))
  const chosen = port || (await freePort())
  const options = ["--auth", "none", "--bind-addr", `127.0.0.1:${chosen}`, "--disable-telemetry"]
  options.push("--disable-update-check", "--extensions-dir", extensionsFolder)
  // Without it an extension host outlives its page by three hours; the oldest host does not know the option.
  if (host.endsWithPage) options.push("--reconnection-grace-time", "3")
  options.push("--user-data-dir", home, "--config", join(home, "code-server.yaml"))
  if (trusted) options.push("--disable-workspace-trust")
  if (locale) options.push("--locale", locale)
  const child = spawn(node, [entry, ...options, folder], {
    stdio: ["ignore", log, log],
    env: { ...environment, VSCODE_IPC_HOOK_CLI: "" },
    detached: process.platform !== "win32",
  })
  const address = `http://127.0.0.1:${chosen}/`
  await untilAnswers(address, child)
  return { address, process: child, stop: () => stopTree(child) }
}

/**
 * Waits until a browser would be served all that it needs to open a lesson: the workbench, and each of `files` through
 * the route by which VS Code's page reads remote files.
 */
export async function untilServed(server, page, files) {
  const wanted = [
    page,
    ...files.map((file) => `${server.address}vscode-remote-resource?path=${encodeURIComponent(file)}`),
  ]
  const deadline = Date.now() + 60_000
  for (const address of wanted) {
    while (!(await isServed(address))) {
      if (server.process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`VS Code for the browser does not serve ${address}: start again with another --port N.`)
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

async function isServed(address) {
  try {
    const response = await fetch(address)
    return response.ok && (await response.arrayBuffer()).byteLength > 0
  } catch {
    return false
  }
}

/** A page's address that opens `file` as the first editor. */
export function addressOf(server, folder, file) {
  const remote = new URL(server).host
  const payload = JSON.stringify([["openFile", `vscode-remote://${remote}${file}`]])
  return `${server}?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(payload)}`
}

export async function freePort() {
  const probe = createServer()
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve))
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}

async function untilAnswers(address, child) {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) {
      throw new Error(
        `VS Code for the browser ended with ${child.exitCode}: is the port of ${address} in use? Choose another with --port N.`,
      )
    }
    const answered = await fetch(`${address}healthz`).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`VS Code for the browser did not answer at ${address} within a minute.`)
}

/** The server forks extension hosts: its whole process group ends, politely first. */
async function stopTree(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once("exit", resolve))
  const signal = (name) => {
    try {
      process.kill(process.platform === "win32" ? child.pid : -child.pid, name)
    } catch {
      child.kill(name)
    }
  }
  signal("SIGTERM")
  const timer = setTimeout(() => signal("SIGKILL"), 5_000)
  await ended
  clearTimeout(timer)
}
