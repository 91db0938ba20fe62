import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { MAX_STREAM_LENGTH } from "../../src/kernel/outputStream"
import { buildKernel, TestKernel } from "./kernelBundle"

let bundle: Awaited<ReturnType<typeof buildKernel>>
let kernel: TestKernel
let folder: string

beforeAll(async () => {
  bundle = await buildKernel()
  folder = mkdtempSync(join(tmpdir(), "logbook-workspace-"))
  installPackage("plain", { main: "index.js" }, { "index.js": "exports.double = (n) => 2 * n" })
  const exports = { ".": { import: "./main.mjs" }, "./part": { import: "./part.mjs" } }
  installPackage("@scope/modern", { exports }, { "main.mjs": "export default 7", "part.mjs": "export const part = 8" })
  writeFileSync(join(folder, "mine.ts"), "export const mine: string = 'from the folder'")
  kernel = await TestKernel.start(bundle.path, { workspaceFolder: folder })
})

afterAll(async () => {
  await kernel.stop()
  bundle.remove()
  rmSync(folder, { recursive: true, force: true })
})

function installPackage(name: string, manifest: object, files: Readonly<Record<string, string>>) {
  const root = join(folder, "node_modules", name)
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, "package.json"), JSON.stringify({ name, version: "1.0.0", ...manifest }))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
}

describe("imports", () => {
  it("takes Node's modules, kafkajs, the kit, and packages and files of the workspace folder, in every form", async () => {
    await kernel.run(`import { join, type ParsedPath } from "node:path"
import fs, { existsSync } from "fs"
import * as os from "node:os"
import { Kafka, CompressionTypes as Types } from "kafkajs"
import {
  topic as nameOf,
  expect,
} from "kit"
import { double } from "plain"
import seven from "@scope/modern"
import { part } from "@scope/modern/part"
import { mine } from "./mine.ts"
import "node:url"
const later = await import("node:util")`)
    expect(
      await kernel.value(
        "JSON.stringify([join('a', 'b'), fs.existsSync === existsSync, typeof os.tmpdir, typeof Kafka, Types.ZSTD, nameOf('orders'), double(4), seven, part, mine, typeof later.inspect])",
      ),
    ).toBe(`'["a/b",true,"function","function",4,"orders",8,7,8,"from the folder","function"]'`)
  })

  it("says what a module has when a name is missing, but lets an import that only types use be missing", async () => {
    const { error } = await kernel.run('import { createTopic } from "kit"\ncreateTopic')
    expect(error).toMatchObject({
      name: "SyntaxError",
      line: 1,
      message: expect.stringMatching(/no export "createTopic".*createAdmin/),
    })
    expect((await kernel.run('import { Stats } from "node:fs"\nlet stats: Stats | undefined')).status).toBe("ok")
  })

  it("says how to get a package that is not there", async () => {
    const { error } = await kernel.run('const before = 1\nimport { x } from "absent"\nx')
    expect(error).toMatchObject({ line: 2, message: expect.stringContaining("npm install absent") })
  })
})

describe("values", () => {
  it("shows the last expression as text, and as JSON too where it is plain data", async () => {
    await kernel.run("({ a: [1, null, 'x'] })")
    expect([kernel.shown("text/plain"), kernel.shown("application/json")]).toEqual([
      ["{ a: [ 1, null, 'x' ] }"],
      ['{"a":[1,null,"x"]}'],
    ])
    await kernel.run("new Map([[1, 2n]])")
    expect([kernel.shown("text/plain"), kernel.shown("application/json")]).toEqual([["Map(1) { 1 => 2n }"], []])
  })

  it("shows nothing for a declaration, a loop or undefined, and every kind of primitive as it is", async () => {
    for (const source of ["const x = 5", "for (let i = 0; i < 3; i++) i", "undefined", "if (true) 5", ""]) {
      await kernel.run(source)
      expect(kernel.outputs()).toEqual([])
    }
    const primitives = ["null", "-0", "NaN", "Infinity", "12n", "Symbol(a)", "'text'", "true"]
    const shown = []
    for (const source of primitives) shown.push(await kernel.value(source.replace("Symbol(a)", "Symbol('a')")))
    expect(shown).toEqual(primitives)
  })

  it("shows what resists being shown, and what is too much, and goes on", async () => {
    const shown = async (source: string) => (await kernel.value(source))?.slice(0, 60)
    expect([
      await shown("({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new TypeError('no') } })"),
      await shown("new Proxy({ a: 1 }, { get() { throw 1 }, has() { throw 1 } })"),
      await shown("({ get a() { throw new Error('no') } })"),
      await shown("const ring: unknown[] = []; ring.push(ring, 2n); ring"),
      (await shown("let tree: unknown = []; for (let n = 0; n < 38; n++) tree = [tree, tree]; tree"))?.[0],
      await kernel.value('Buffer.concat([Buffer.from([0, 18, 0, 4]), Buffer.from("logbook 日志!!")])'),
    ]).toEqual([
      "[object: TypeError: no]",
      "{ a: 1 }",
      "{ a: [Getter] }",
      "<ref *1> [ [Circular *1], 2n ]",
      "[",
      "Buffer(20)\n" +
        "00000000  00 12 00 04 6c 6f 67 62  6f 6f 6b 20 e6 97 a5 e5  |....logbook ....|\n" +
        "00000010  bf 97 21 21                                       |..!!|",
    ])
    expect((await kernel.run("throw Object.defineProperty(new Error(), 'name', { get() { throw 1 } })")).status).toBe(
      "failed",
    )
    expect(await kernel.value("'alive'")).toBe("'alive'")
  })

  it("cuts a text that nobody reads to its end, and says so in the reader's language", async () => {
    await kernel.run("display.text('x'.repeat(300_000))", { language: "zh" })
    const [text = ""] = kernel.shown("text/plain")
    expect([text.length < 101_000, text.split("\n").at(-1)]).toEqual([
      true,
      "…… 其余内容不再显示：一个值最多显示 100,000 个字符",
    ])
  })

  it("shows the first rows of a long table, an empty one, and JSON of what JSON does not know", async () => {
    await kernel.run("display.table(Array.from({ length: 5_000 }, (_, offset) => ({ offset })))")
    const [table = "", markdown = ""] = [...kernel.shown("text/plain"), ...kernel.shown("text/markdown")]
    await kernel.run(
      "display.table([])\nconst o: Record<string, unknown> = { offset: 12n, at: new Date(0) }; o.self = o; o.at2 = o.at; display.json(o)",
    )
    expect(kernel.shown("text/plain")[0]).toBe("The table has no rows.")
    expect([table.split("\n").slice(-2), markdown.split("\n").slice(-3), kernel.shown("application/json")]).toEqual([
      ["199", "… 4800 more rows"],
      ["| 199 |", "", "… 4800 more rows"],
      ['{"offset":"12","at":"1970-01-01T00:00:00.000Z","self":"[Circular]","at2":"1970-01-01T00:00:00.000Z"}'],
    ])
  })

  it("runs what needs more than stripping: enums, parameter properties", async () => {
    expect(
      await kernel.value(
        "enum Color { Red = 3, Blue }\nclass P { constructor(readonly n: number) {} }\nColor.Blue + new P(1).n",
      ),
    ).toBe("5")
  })

  it("keeps enums and namespaces for later cells, and makes them anew when their cell runs again", async () => {
    const cell = (member: string) => `enum Color { ${member} }
namespace Shop { export const ${member} = Color.${member} }
namespace Shop { export const other = 1 }
Object.keys(Shop).join()`
    const first = await kernel.value(cell("Red"), { cell: "shop" })
    const again = await kernel.value(cell("Blue"), { cell: "shop" })
    const later = await kernel.value("[Object.keys(Color), Object.keys(Shop)].join()", { cell: "later" })
    expect([first, again, later]).toEqual(["'Red,other'", "'Blue,other'", "'0,Blue,Blue,other'"])
  })
})

describe("errors", () => {
  it("names the cell's own line and column, and keeps only frames of cells", async () => {
    await kernel.run("function fail(x: unknown) {\n  throw new RangeError('too far')\n}", { cell: "helper" })
    const { error } = await kernel.run("const a: number = 1\n\nfail(a)", { cell: "caller" })
    expect(error).toEqual({
      name: "RangeError",
      message: "too far",
      line: 3,
      column: 1,
      frame: "  1 | const a: number = 1\n  2 | \n> 3 | fail(a)\n    | ^",
      stack: "RangeError: too far\n    at fail (helper:2:9)\n    at caller:3:1",
    })
  })

  it.each([
    [
      "after a class, an import and an await",
      'import { join } from "node:path"; class A {}; await null; null.x',
      1,
      64,
    ],
    ["after an import over several lines", 'import {\n  join,\n} from "node:path"\nlet y: string = undefined.z', 4, 27],
    ["after an enum", "enum E { A }\n\nconst z = 1\nmissing()", 4, 1],
    ["in a type that is no type", "let a = 1\n\n  const b: = 3", 3, 12],
    ["in what is no JavaScript", "const a = 1\nconst a = 2", 2, 7],
  ])("is true %s", async (_, source, line, column) => {
    const { status, error } = await kernel.run(source)
    expect({ status, line: error?.line, column: error?.column }).toEqual({ status: "failed", line, column })
  })

  it("tells thrown values that are no errors, and causes", async () => {
    expect((await kernel.run("throw { code: 7 }")).error).toMatchObject({
      name: "Thrown value",
      message: "{ code: 7 }",
    })
    const { error } = await kernel.run('throw new Error("outside", { cause: new Error("inside") })')
    expect(error?.message).toBe("outside (inside)")
  })

  it("gives the hint of a Kafka error in the reader's language", async () => {
    const source =
      'throw Object.assign(new Error("no"), { cause: Object.assign(new Error("x"), { type: "NOT_ENOUGH_REPLICAS", code: 19 }) })'
    const hints = []
    for (const language of ["en", "zh"] as const) hints.push((await kernel.run(source, { language })).error?.hint)
    expect(hints).toEqual([expect.stringContaining("min.insync.replicas"), expect.stringContaining("恢复一个副本")])
  })

  it("fails a cell whose promise nobody awaited, and one whose timer throws, and goes on", async () => {
    const rejected = await kernel.run(
      'Promise.reject(new Error("nobody"))\nawait new Promise((r) => setTimeout(r, 20))',
    )
    const thrown = await kernel.run(
      'setTimeout(() => { throw new Error("timer") }, 0)\nawait new Promise((r) => setTimeout(r, 20))',
    )
    expect([rejected, thrown]).toMatchObject([
      { status: "failed", error: { message: "nobody", line: 1 } },
      { status: "failed", error: { message: "timer", line: 1 } },
    ])
    expect(await kernel.value("'alive'")).toBe("'alive'")
  })

  it("shows an error that comes after the end of its cell there", async () => {
    await kernel.run('setTimeout(() => Promise.reject(new Error("late")), 30)', { cell: "early" })
    await kernel.run("await new Promise((r) => setTimeout(r, 60))", { cell: "other" })
    const [shown] = kernel.shown("application/vnd.logbook.error+json", "early")
    expect(JSON.parse(shown ?? "{}")).toMatchObject({ message: "late", line: 1 })
    expect(kernel.outputs("other")).toEqual([])
  })
})

describe("output", () => {
  it("keeps the order of both streams and of displays", async () => {
    await kernel.run(
      'console.log("a", { b: 1 }); console.error("c"); console.log("d"); display.text("e"); process.stdout.write("f"); undefined',
    )
    const order = kernel
      .outputs()
      .map((output) => (output.type === "stream" ? `${output.name} ${output.text}` : output.items[0]?.data))
    expect(order).toEqual(["stdout a { b: 1 }\n", "stderr c\n", "stdout d\n", "e", "stdout f"])
  })

  it("streams while the cell runs, also out of a loop that never ends a turn", async () => {
    const seen = join(folder, "seen")
    const running = kernel.run(
      `import { existsSync } from "node:fs"\nconsole.log("one"); while (!existsSync(${JSON.stringify(seen)})) {}; console.log("two")`,
    )
    await kernel.untilOutput(() => kernel.text() !== "")
    const first = kernel.text()
    writeFileSync(seen, "")
    await running
    expect([first, kernel.text()]).toEqual(["one\n", "one\ntwo\n"])
  })

  it("leads text of late callbacks to the cell that started them, not to the one that runs", async () => {
    await kernel.run('setTimeout(() => console.log("from the first"), 30)', { cell: "first" })
    await kernel.run('console.log("second"); await new Promise((r) => setTimeout(r, 60))', { cell: "second" })
    await kernel.untilOutput(() => kernel.text("first") !== "")
    expect([kernel.text("first"), kernel.text("second")]).toEqual(["from the first\n", "second\n"])
  })

  it("cuts what is too long, once", async () => {
    await kernel.run("for (let i = 0; i < 30_000; i++) console.log('line'.repeat(100), i)")
    const text = kernel.text()
    expect(text.length).toBeLessThan(MAX_STREAM_LENGTH + 200)
    expect(text.match(/the rest is not shown/g)).toHaveLength(1)
  })

  it("replaces a progress bar in its place", async () => {
    await kernel.run('const bar = display.progress("copying", 4)\nfor (let i = 1; i <= 4; i++) bar.update(i)')
    const bars = kernel.outputs().flatMap((output) => (output.type === "display" ? [output] : []))
    expect(new Set(bars.map(({ id }) => id)).size).toBe(1)
    expect(bars.at(-1)?.items[0]?.data).toMatch(/100 % copying/)
  })

  it("runs shell cells with the bootstrap address", async () => {
    expect((await kernel.run('echo "at $KAFKA_BOOTSTRAP"', { kind: "shell" })).status).toBe("ok")
    expect(kernel.text()).toBe("at 127.0.0.1:1\n")
    expect((await kernel.run("exit 3", { kind: "shell" })).error).toMatchObject({
      name: "ShellError",
      message: "The command ended with exit code 3.",
    })
  })
})

describe("checks", () => {
  it("fails a check by the first fact that is wrong, in the reader's language, and shows all of them", async () => {
    const source =
      'expect(1, { en: "one", zh: "一" }).equals(1)\nexpect([1], { en: "two", zh: "二" }).includes(2)\nexpect(3).atLeast(4)'
    const { error, status } = await kernel.run(source, { kind: "check", language: "zh" })
    expect([status, error?.name, error?.message]).toEqual(["failed", "CheckFailed", "二：期望包含 2，实际得到 [ 1 ]"])
    expect(error?.translations?.message?.en).toBe("two: expected that it includes 2, found [ 1 ]")
    const [shown] = kernel.shown("application/vnd.logbook.check+json")
    expect(JSON.parse(shown ?? "{}").results.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, false, false])
  })
})

describe("variables", () => {
  it("lists name, type and a short preview", async () => {
    const fresh = await TestKernel.start(bundle.path)
    await fresh.run(
      "const list = [1, 2], text = 'x'; class Account {}; const mine = new Account(); function go() {}; let nothing = null",
    )
    const { variables } = await fresh.process.request("kernel/variables", {})
    expect(variables).toEqual([
      { name: "list", type: "Array(2)", preview: "[ 1, 2 ]" },
      { name: "text", type: "string", preview: "'x'" },
      { name: "Account", type: "class", preview: "[class Account]" },
      { name: "mine", type: "Account", preview: "Account {}" },
      { name: "go", type: "function", preview: "[Function: go]" },
      { name: "nothing", type: "null", preview: "null" },
    ])
    await fresh.stop()
  })
})
