import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const table = readFileSync(join(import.meta.dirname, "README.md"), "utf8")
const kit = sourcesOf(join(import.meta.dirname, "..", "..", "src", "kit"))

const rows = table
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .slice(2)
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, feature = "", names = "", tests = ""]) => ({ feature, names, tests }))

describe("the table of the notes' features", () => {
  it("names a test for each, and that test exists", () => {
    const missing = rows.flatMap(({ feature, tests }) =>
      references(tests).flatMap(({ file, title }) => {
        const path = join(import.meta.dirname, file)
        if (!existsSync(path)) return [`${feature}: ${file} does not exist`]
        return title === undefined || titlesOf(path).some((found) => found.includes(title))
          ? []
          : [`${feature}: ${file} has no test "${title}"`]
      }),
    )
    expect(missing).toEqual([])
    expect(rows.filter(({ tests }) => references(tests).length === 0)).toEqual([])
    expect(rows.length).toBeGreaterThanOrEqual(20)
  })

  it("names what the kit has", () => {
    const missing = rows.flatMap(({ feature, names }) =>
      [...names.matchAll(/`([^`]+)`/g)]
        .flatMap(([, code = ""]) => [...code.matchAll(/[A-Za-z]\w+(?=[(.}\s]|$)/g)])
        .map(([name]) => name)
        .filter((name) => !/^(logbook|src|index|fn|ts)$/.test(name) && !new RegExp(`\\b${name}\\b`).test(kit))
        .map((name) => `${feature}: ${name}`),
    )
    expect(missing).toEqual([])
  })
})

/** "`a.test.ts`: one, two; three; `b.test.ts`" are three titles of a and the file b. */
function references(text: string): { file: string; title?: string }[] {
  let file = ""
  return text.split(";").flatMap((part) => {
    const [, named, rest] = /^(?:`([^`]+)`)?:?\s*(.*)$/.exec(part.trim()) ?? []
    file = named ?? file
    const titles = (rest ?? "").split(", ").map((title) => title.replace(/\s*…$/, ""))
    return titles.map((title) => (title === "" ? { file } : { file, title }))
  })
}

/** The titles of `describe`, `it` and `test`, placeholders and all. */
function titlesOf(path: string): string[] {
  const calls = /\b(?:describe|it|test)(?:\.each\([\s\S]*?\))?\(\s*(["'`])([\s\S]*?)\1/g
  return [...readFileSync(path, "utf8").matchAll(calls)].map(([, , title = ""]) => title)
}

function sourcesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n")
}
