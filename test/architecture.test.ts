import { readdirSync, readFileSync } from "node:fs"
import { builtinModules, stripTypeScriptTypes } from "node:module"
import { dirname, join, normalize, relative } from "node:path"
import { parse } from "acorn"
import { describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "..")
const longestFile = 400
const longestFunction = 70

/**
 * Who may import whom. `node` stands for Node's own modules, `*` for any folder of src. What is not named is not
 * allowed; a folder may always import itself.
 */
const rules: Record<string, readonly string[]> = {
  "extension.ts": ["vscode", "editor"],
  contract: [],
  l10n: ["contract", "opencc-js"],
  lesson: ["contract", "l10n", "markdown-it", "yaml"],
  protocol: ["node"],
  diagram: ["contract", "l10n", "protocol"],
  lint: ["lesson", "typescript", "acorn", "yaml"],
  // Amaro is not imported: where it is needed, it is loaded by its path.
  typescript: ["node"],
  process: ["node", "contract", "vscode-jsonrpc"],
  editor: ["node", "vscode", "contract", "lesson", "lint", "l10n", "diagram", "process", "diff"],
  kit: ["node", "contract", "l10n", "client", "process", "kafkajs", "yaml", "diagram"],
  kernel: ["node", "contract", "kit", "l10n", "kafkajs", "acorn", "vscode-jsonrpc", "process", "typescript"],
  client: ["node", "protocol", "contract"],
  renderer: ["contract", "diagram", "l10n", "lesson", "mermaid", "vscode-notebook-renderer"],
  cluster: ["node", "contract", "protocol", "vscode-jsonrpc", "@peculiar/x509", "reflect-metadata", "re2js"],
  cli: ["*", "node", "acorn", "yaml", "markdown-it"],
}

/** Where a program starts: nothing imports these. */
const entries = [
  "src/extension.ts",
  "src/cluster/main.ts",
  "src/cluster/sim/main.ts",
  "src/kernel/main.ts",
  // Injected into the bundle by the build.
  "src/kernel/nodeGlobals.ts",
  "src/cli/main.ts",
  "src/renderer/main.ts",
  "src/renderer/outputs.ts",
]

const files = listFiles("src").map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }))
const paths = new Set(files.map(({ path }) => path))

describe("architecture", () => {
  it("keeps who may import whom", () => {
    const broken = files.flatMap(({ path, text }) =>
      importsOf(path, text)
        .filter((target) => !isAllowed(path, target))
        .map((target) => `${path} imports ${target}`),
    )
    expect(broken).toEqual([])
  })

  it("has no import cycle", () => {
    expect(findCycles()).toEqual([])
  })

  it("has no file that nothing reaches", () => {
    const reached = new Set<string>()
    const visit = (path: string) => {
      if (reached.has(path)) return
      reached.add(path)
      for (const target of graph().get(path) ?? []) visit(target)
    }
    for (const entry of entries) if (paths.has(entry)) visit(entry)
    for (const path of testImports()) visit(path)
    expect([...paths].filter((path) => !reached.has(path))).toEqual([])
  })

  it(`has no source file over ${longestFile} lines`, () => {
    const long = files.filter(({ path, text }) => !path.includes("/data/") && text.split("\n").length - 1 > longestFile)
    expect(long.map(({ path, text }) => `${path}: ${text.split("\n").length - 1}`)).toEqual([])
  })

  it(`has no function over ${longestFunction} lines`, () => {
    expect(
      files.filter(({ path }) => !path.includes("/data/")).flatMap(({ path, text }) => longFunctions(path, text)),
    ).toEqual([])
  })

  it("imports VS Code's API in the one form that the bundle takes once", () => {
    const imports = files.flatMap(({ path, text }) =>
      (text.match(/^.*\bfrom "vscode".*$/gm) ?? []).map((line) => ({ path, line })),
    )
    const one = /^import (type )?\* as vscode from "vscode"$/
    expect(imports.filter(({ line }) => !one.test(line))).toEqual([])
    expect(imports.length).toBeGreaterThan(0)
  })

  it("names no file utils, helpers, common, manager or types", () => {
    expect([...paths].filter((path) => /\/(utils?|helpers?|common|manager|types)(\.d)?\.tsx?$/i.test(path))).toEqual([])
  })
})

function isAllowed(path: string, target: string): boolean {
  const from = partOf(path)
  const allowed = rules[from] ?? []
  if (target.startsWith("src/")) {
    const to = partOf(target)
    return to === from || allowed.includes(to) || allowed.includes("*")
  }
  if (target.startsWith("node:")) return allowed.includes("node")
  return allowed.some((name) => target === name || target.startsWith(`${name}/`))
}

function partOf(path: string): string {
  return path.split("/")[1] ?? path
}

let edges: Map<string, string[]> | undefined

function graph(): Map<string, string[]> {
  edges ??= new Map(
    files.map(({ path, text }) => [path, importsOf(path, text).filter((target) => target.startsWith("src/"))]),
  )
  return edges
}

/** Imports of a type alone leave no trace in a bundle, but they tie the reader: they count. */
function importsOf(path: string, text: string): string[] {
  const found: string[] = []
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^"'`;]*?from\s*"([^"]+)"|(?:^|\n)import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/g
  for (const match of text.replaceAll(/\/\*[\s\S]*?\*\//g, "").matchAll(pattern)) {
    const target = match[1] ?? match[2] ?? match[3]
    if (target !== undefined) found.push(resolveImport(path, target))
  }
  return found
}

function resolveImport(path: string, target: string): string {
  if (!target.startsWith(".")) return builtinModules.includes(target) ? `node:${target}` : target
  const base = normalize(join(dirname(path), target)).replaceAll("\\", "/")
  for (const candidate of [base, `${base}.ts`, `${base}/index.ts`]) if (paths.has(candidate)) return candidate
  return base
}

function findCycles(): string[] {
  const cycles: string[] = []
  const state = new Map<string, "open" | "done">()
  const trail: string[] = []
  const visit = (path: string) => {
    if (state.get(path) === "done") return
    if (state.get(path) === "open") {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "))
      return
    }
    state.set(path, "open")
    trail.push(path)
    for (const target of graph().get(path) ?? []) visit(target)
    trail.pop()
    state.set(path, "done")
  }
  for (const path of paths) visit(path)
  return cycles
}

/** What tests import as a part of its own: a module for users outside, or a simulation. */
function testImports(): string[] {
  return [...listFiles("test"), ...listFiles("bench")].flatMap((path) =>
    importsOf(path, readFileSync(join(root, path), "utf8")).filter((target) =>
      /^src\/(kit|cluster\/sim)\//.test(target),
    ),
  )
}

function longFunctions(path: string, text: string): string[] {
  const tree = parse(stripTypes(text), {
    ecmaVersion: "latest",
    sourceType: "module",
    locations: true,
  })
  const found: string[] = []
  const visit = (node: unknown) => {
    if (Array.isArray(node)) for (const item of node) visit(item)
    else if (isNode(node)) {
      const lines = node.loc.end.line - node.loc.start.line + 1
      if (/Function/.test(node.type) && lines > longestFunction)
        found.push(`${path}:${node.loc.start.line}: ${lines} lines`)
      for (const value of Object.values(node)) if (typeof value === "object" && value !== null) visit(value)
    }
  }
  visit(tree)
  return found
}

/** Stripping keeps every line where it was; only syntax that has a run-time meaning (parameter properties) needs more. */
function stripTypes(text: string): string {
  try {
    return stripTypeScriptTypes(text)
  } catch {
    return stripTypeScriptTypes(text, { mode: "transform" })
  }
}

interface Located {
  readonly type: string
  readonly loc: { readonly start: { readonly line: number }; readonly end: { readonly line: number } }
}

function isNode(value: unknown): value is Located {
  return typeof value === "object" && value !== null && "type" in value && "loc" in value
}

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mts)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
}
