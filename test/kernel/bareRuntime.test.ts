import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { buildKernel, TestKernel } from "./kernelBundle"

/** What Electron may lack of Node, hidden before anything of ours is loaded. */
const hideStripper = 'delete require("node:module").stripTypeScriptTypes'
const refuseStripping =
  'require("node:module").stripTypeScriptTypes = () => { throw Object.assign(new Error("no"), { code: "ERR_NO_TYPESCRIPT" }) }'

let bundle: Awaited<ReturnType<typeof buildKernel>>
let folder: string

beforeAll(async () => {
  bundle = await buildKernel()
  folder = mkdtempSync(join(tmpdir(), "logbook-bare-"))
})

afterAll(() => {
  bundle.remove()
  rmSync(folder, { recursive: true, force: true })
})

async function kernelWith(preload: string, options: readonly string[] = []): Promise<TestKernel> {
  const path = join(folder, `preload-${preload.length}.cjs`)
  writeFileSync(path, preload)
  return await TestKernel.start(bundle.path, {}, { nodeOptions: ["--require", path, ...options] })
}

/** Plain types, what needs code in its place, and errors: each with the place that the reader sees. */
const cells = [
  "const typed: number = 6 as number\ntyped * 7",
  "enum Level { Low = 1, High }\nconst level: Level = Level.High\nlevel",
  "enum E { A }\n\nthrow new Error(String(3 as number))",
  "const fine = 1\nlet broken: = 2",
  "const fine = 1\nconst open = (\n",
  'type Only = 1\nthrow new Error("same line")',
]

describe("a runtime that cannot strip types", () => {
  it("runs TypeScript as Node's own stripper does, with the same lines and messages", async () => {
    const observe = async (kernel: TestKernel) => {
      const seen: unknown[] = []
      for (const cell of cells) {
        const { status, error } = await kernel.run(cell)
        seen.push([
          status,
          error?.name,
          error?.message,
          error?.line,
          error?.column,
          error?.frame,
          kernel.shown("text/plain"),
        ])
      }
      await kernel.stop()
      return seen
    }
    const usual = await observe(await kernelWith(""))
    expect(usual.map((cell) => (cell as unknown[])[0])).toEqual(["ok", "ok", "failed", "failed", "failed", "failed"])
    expect(await observe(await kernelWith(hideStripper))).toEqual(usual)
    expect(await observe(await kernelWith(refuseStripping))).toEqual(usual)
  })
})

describe("a runtime without SQLite", () => {
  it("says so where a store is opened, and what to do, in the reader's language", async () => {
    const kernel = await kernelWith("", ["--no-experimental-sqlite"])
    const cell = 'import { createStore } from "kit"\nawait createStore()'
    const english = await kernel.run(cell)
    const chinese = await kernel.run(cell, { language: "zh" })
    expect([english.status, english.error?.name, english.error?.line]).toEqual(["failed", "StoreUnavailableError", 2])
    expect(english.error?.message).toContain("createStore() needs the module node:sqlite")
    expect(english.error?.hint).toContain("Update VS Code")
    expect(chinese.error?.hint).toContain("请更新 VS Code")
    expect((await kernel.run("1 + 1")).status).toBe("ok")
    await kernel.stop()
  })
})
