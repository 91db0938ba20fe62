import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findDesktop, openDesktop } from "./desktopVscode.mjs"
import { root, runMain, say, setUp } from "./setUp.mjs"

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

async function openInBrowser(folder, lesson) {
  const { addressOf, hosts, startVscodeServer, untilServed } = await import("./vscodeServer.mjs")
  const home = mkdtempSync(join(tmpdir(), "logbook-"))
  const extensionsFolder = join(home, "extensions")
  mkdirSync(extensionsFolder)
  const extension = join(extensionsFolder, "logbook.logbook-for-apache-kafka-0.0.0")
  symlinkSync(root, extension, "junction")
  const port = portArgument()
  const server = await startVscodeServer({ host: hosts.newest, home, extensionsFolder, folder, port })
  const end = async () => {
    await server.stop()
    rmSync(home, { recursive: true, force: true })
    process.exit(0)
  }
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end)
  server.process.once("exit", end)
  const page = addressOf(server.address, folder, lesson)
  const parts = ["package.json", "dist/extension.js", "dist/renderer/outputs.js"]
  await untilServed(server, page, [lesson, ...parts.map((part) => join(extension, part))])
  console.log(page)
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
