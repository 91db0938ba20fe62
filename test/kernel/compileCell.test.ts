import { createRequire } from "node:module"
import { join } from "node:path"
import { build } from "esbuild"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { mend, mendKafkajs, mends } from "../../scripts/mendKafkajs.mjs"
import { compileCell } from "../../src/kernel/compileCell"
import { positionOf, TextEdits } from "../../src/kernel/textEdits"

describe("compileCell", () => {
  it("never moves a line", () => {
    const statement = fc.constantFrom(
      "const a = 1",
      "let b: string",
      "class C<T> {\n  x?: T\n}",
      'import {\n  join,\n  sep as s,\n} from "node:path"',
      'import type { X } from "kit"',
      "export const d = await 3",
      "function e(): void {\n\n}",
      "export { }",
      "type T = {\n  a: 1\n}",
      'await import("kit")',
    )
    fc.assert(
      fc.property(fc.uniqueArray(statement), (statements) => {
        const source = statements.join("\n")
        expect(compileCell(source).code.split("\n").length).toBe(source.split("\n").length)
      }),
    )
  })

  it("keeps every name in its line where an enum, a namespace or parameter properties need code in their place", () => {
    const statement = fc.constantFrom(
      "enum Kind {\n  Order,\n  Refund = 5,\n}",
      "export namespace Shop {\n  export const place = 1\n\n  // closed\n  export function open(): void {\n    shut()\n  }\n}",
      "class Sale {\n  amount = 0\n\n  constructor(\n    readonly id: number,\n    private buyer: string,\n  ) {\n    pay()\n  }\n}",
      "const late = async (\n  first: number,\n): Promise<number> => {\n  return (\n    // first\n    first\n  )\n}",
      "interface Gone {\n  gone: 1\n}",
      "let total: number = `uno\n\n`\ntotal++\n++total",
      'import {\n  join,\n  sep as separator,\n} from "node:path"',
      "sales\n  .filter(\n    (each) => each,\n  )\n  .map(String)",
      "for (const item of [\n  three,\n]) {\n  item()\n}",
    )
    // The first makes sure that there is something to transform.
    fc.assert(
      fc.property(fc.uniqueArray(statement), (statements) => {
        const source = ["enum First {\n  a,\n}", ...statements].join("\n")
        const { code } = compileCell(source)
        const names = ["shut", "pay", "amount", "late", "uno", "++total", "sales", "map", "three", "item("]
        const places = (text: string) => names.map((name) => [name, text.includes(name) && lineOf(text, name)])
        expect(places(code)).toEqual(places(source))
      }),
    )
  })

  it("leads every identifier of the code back to where it stands in the cell", () => {
    const source = 'import { one as uno } from "kit"; const { two } = uno; class three extends two {} ; four(three)'
    const { code, original } = compileCell(source)
    for (const name of ["extends two", "four(three)"]) {
      expect(original(positionOf(code, code.indexOf(name)))).toEqual(positionOf(source, source.indexOf(name)))
    }
  })

  it("tells what a cell declares and uses, and which names stand for the kit's signal", () => {
    const { names, usedNames, signalNames } = compileCell(
      'import { signal as stop, topic } from "kit"\nconst { a, ...b } = f(topic)\nclass C {}\nfunction g() {}',
    )
    expect({ names, used: [...usedNames].sort(), signalNames }).toEqual({
      names: ["stop", "topic", "a", "b", "C", "g"],
      used: ["C", "a", "b", "f", "g", "topic"],
      signalNames: ["stop"],
    })
  })
})

function lineOf(code: string, text: string): number {
  return positionOf(code, code.indexOf(text)).line
}

describe("the names that a cell uses", () => {
  it.each([
    ["a.b.c({ d: e, f })", ["a", "e", "f"]],
    ["a[b]; ({ [c]: 1 })", ["a", "b", "c"]],
    ["function f({ g, h = i }) { const j = g; return j + h + k }", ["f", "i", "k"]],
    ["const l = (m) => m.n + o", ["l", "o"]],
    ["for (const p of q) { let r = p; s(r) }", ["q", "s"]],
    ["try { t() } catch (u) { v(u) }", ["t", "v"]],
    ["w: for (;;) { class X { y() { return z } } break w }", ["z"]],
    ["const aa = function bb() { return bb }", ["aa"]],
  ])("%s", (source, names) => {
    expect([...compileCell(source).usedNames].sort()).toEqual(names)
  })
})

describe("TextEdits", () => {
  it("leads unchanged text back to its place, whatever was replaced around it", () => {
    const pieces = fc.array(fc.tuple(fc.stringMatching(/^[a-z\n]{0,8}$/), fc.stringMatching(/^[A-Z ]{0,6}$/)), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(pieces, (parts) => {
        const source = parts.map(([kept]) => `${kept}#`).join("")
        const edits = new TextEdits(source)
        let at = 0
        for (const [kept, replacement] of parts) {
          at += kept.length
          edits.replace(at, at + 1, replacement)
          at += 1
        }
        const { text, original } = edits.apply()
        expect(text).toBe(parts.map(([kept, replacement]) => kept + replacement).join(""))
        for (let offset = 0; offset < text.length; offset++) {
          const letter = text[offset] ?? ""
          if (!/[a-z]/.test(letter)) continue
          const back = original(positionOf(text, offset))
          expect(source.split("\n")[back.line - 1]?.[back.column - 1]).toBe(letter)
        }
      }),
    )
  })
})

describe("mendKafkajs", () => {
  it("fails the build when kafkajs is another one", () => {
    for (const wanted of Object.values(mends)) {
      expect(() => mend("nothing of the kind", wanted)).toThrow(/kafkajs changed/)
    }
  })

  it("makes an answer that comes after all was given up no warning, and an answer to nothing still one", async () => {
    const RequestQueue = await mendedRequestQueue()
    const warnings: string[] = []
    const logger = { warn: (text: string) => warnings.push(text), debug: () => {} }
    const heard = () => {
      const queue = new RequestQueue({ maxInFlightRequests: 1, logger })
      return { queue, answer: () => queue.fulfillRequest({ correlationId: 7, payload: Buffer.alloc(0), size: 0 }) }
    }
    const [open, closing] = [heard(), heard()]
    closing.queue.rejectAll(new Error("closing"))
    closing.answer()
    const quiet = [...warnings]
    open.answer()
    expect([quiet, warnings]).toEqual([[], ["Response without match"]])
  })
})

interface RequestQueue {
  rejectAll(error: Error): void
  fulfillRequest(response: { correlationId: number; payload: Buffer; size: number }): void
}

/** kafkajs's queue of one connection, as the bundles have it. */
async function mendedRequestQueue(): Promise<new (options: object) => RequestQueue> {
  const { outputFiles } = await build({
    absWorkingDir: join(import.meta.dirname, "..", ".."),
    entryPoints: ["node_modules/kafkajs/src/network/requestQueue/index.js"],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    logLevel: "warning",
    plugins: [mendKafkajs()],
  })
  const module = { exports: {} as new (options: object) => RequestQueue }
  new Function("module", "exports", "require", outputFiles[0]?.text ?? "")(
    module,
    module.exports,
    createRequire(import.meta.url),
  )
  return module.exports
}
