import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { root, run, runMain, say, setUp } from "./setUp.mjs"

await setUp()
await runMain(process.argv.includes("--smoke") ? smoke : start)

async function smoke() {
  const { runSmoke } = await import("../test/vscode/runSmoke.mjs")
  await runSmoke()
}

/** Builds, and opens the first lesson: in the desktop VS Code where there is one, else in the browser. */
async function start() {
  const { build } = await import("./bundles.mjs")
  await build()
  const folder = copyLessons()
  const lesson = join(folder, firstLesson(folder))
  const desktop = findDesktop()
  if (desktop) openDesktop(desktop, folder, lesson)
  else await openInBrowser(folder, lesson)
}

/** `VSCODE` names a VS Code, or `code` is on the PATH. A code-server has no desktop window. */
function findDesktop() {
  const command = process.env.VSCODE ?? "code"
  const answered = spawnSync(command, ["--version"], { encoding: "utf8", shell: process.platform === "win32" })
  if (answered.status === 0) return command
  if (process.env.VSCODE) throw new Error(`VSCODE names ${process.env.VSCODE}, which does not start.`)
  return undefined
}

function openDesktop(command, folder, lesson) {
  say(`Opening ${lesson} in ${command} …`)
  const options = [`--extensionDevelopmentPath=${root}`, "--new-window", folder, lesson]
  run(command, options, { shell: process.platform === "win32" })
}

async function openInBrowser(folder, lesson) {
  const { addressOf, hosts, startVscodeServer } = await import("./vscodeServer.mjs")
  const home = mkdtempSync(join(tmpdir(), "logbook-"))
  const extensionsFolder = join(home, "extensions")
  mkdirSync(extensionsFolder)
  symlinkSync(root, join(extensionsFolder, "logbook.logbook-for-apache-kafka-0.0.0"), "junction")
  const port = portArgument()
  const server = await startVscodeServer({ host: hosts.newest, home, extensionsFolder, folder, port })
  const end = async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
    process.exit(0)
  }
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end)
  server.process.once("exit", end)
  console.log(addressOf(server.address, folder, lesson))
  say("Open this address in a browser. Ctrl-C ends everything.")
}

/** The reader may edit: lessons are opened from a copy, so that a checkout stays clean. */
function copyLessons() {
  const folder = join(root, ".cache", "lessons")
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(join(root, "lessons"))) {
    if (name.endsWith(".kafka.md")) cpSync(join(root, "lessons", name), join(folder, name))
  }
  return folder
}

function firstLesson(folder) {
  const [first] = readdirSync(folder)
    .filter((name) => name.endsWith(".kafka.md"))
    .sort()
  if (!first) throw new Error("There is no lesson in lessons/.")
  return first
}

function portArgument() {
  const at = process.argv.indexOf("--port")
  if (at < 0) return 0
  const port = Number(process.argv[at + 1])
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error("--port takes a number from 1 to 65535.")
  return port
}
