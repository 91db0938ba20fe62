import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { root, runMain, setUp } from "./setUp.mjs"

await setUp()
await runMain(simulate)

/** Bundles the simulation and runs it: `npm run simulate -- --seeds N [--seed S]`. */
async function simulate() {
  const esbuild = await import("esbuild")
  const folder = mkdtempSync(join(tmpdir(), "logbook-simulate-"))
  const entry = join(folder, "simulate.cjs")
  try {
    await esbuild.build({
      entryPoints: [join(root, "src/cluster/sim/main.ts")],
      outfile: entry,
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node22.20",
      logLevel: "error",
    })
    const child = spawn(process.execPath, [entry, ...process.argv.slice(2)], { stdio: "inherit" })
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal))
    process.exitCode = await new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
