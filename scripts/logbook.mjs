import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { root, runMain, setUp } from "./setUp.mjs"

await setUp()
await runMain(runCommandLine)

/** Runs `logbook …` from the checkout; builds first where nothing is built yet. */
async function runCommandLine() {
  const entry = join(root, "dist", "cli.js")
  if (!existsSync(entry)) await (await import("./bundles.mjs")).build()
  const child = spawn(process.execPath, [entry, ...process.argv.slice(2)], { stdio: "inherit" })
  // Ctrl-C reaches the child by itself from a terminal; here it is for whoever signals only this process.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
  process.exitCode = await new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)))
}
