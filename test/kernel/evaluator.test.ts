import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { build } from "esbuild"
import { expect, it } from "vitest"

const program = `
import { Evaluator } from "./evaluator"
const evaluator = new Evaluator()
void evaluator.evaluate("await new Promise(() => {})")
let round = 0
setInterval(() => {
  void evaluator.evaluate("await 1; let made" + round + " = {}; made" + round)
  globalThis.gc()
  if (++round < 6) return
  console.log("alive")
  process.exit()
}, 50)`

it("keeps an evaluation that never ends from the garbage collector, which would end the process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "logbook-evaluator-"))
  try {
    const outfile = join(folder, "program.cjs")
    const stdin = { contents: program, resolveDir: resolve("src/kernel"), loader: "ts" as const }
    await build({ stdin, outfile, bundle: true, platform: "node", format: "cjs", logLevel: "warning" })
    const { stdout, signal } = spawnSync(process.execPath, ["--expose-gc", outfile], { encoding: "utf8" })
    expect({ stdout, signal }).toEqual({ stdout: "alive\n", signal: null })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
