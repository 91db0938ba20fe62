import { existsSync, readFileSync } from "node:fs"
import { builtinModules, createRequire } from "node:module"
import { dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { cellTimerModules } from "./cellTimers"

/** A module as cells see it; `*` is its namespace, so that the rewriting needs one form for all imports. */
export type ModuleNamespace = Readonly<Record<string, unknown>>

/** What a cell can import without installing anything, by specifier. */
export type ProvidedModules = Readonly<Record<string, () => object>>

/**
 * Makes the function that cells import through: the kit, kafkajs, Node's own modules, and packages and files of the
 * workspace folder.
 * @param folder the workspace folder, or undefined where none is open
 */
export function createImporter(provided: ProvidedModules, folder: string | undefined) {
  return async (specifier: unknown, wanted: readonly string[] = []): Promise<ModuleNamespace> => {
    const name = String(specifier)
    const namespace = asNamespace(await load(name, provided, folder))
    const missing = wanted.find((item) => !(item in namespace))
    if (missing !== undefined) {
      const known = name in provided ? ` It has: ${Object.keys(namespace).filter(isVisible).sort().join(", ")}.` : ""
      throw new SyntaxError(`"${name}" has no export "${missing}".${known}`)
    }
    return namespace
  }
}

function isVisible(name: string): boolean {
  return name !== "*" && name !== "default"
}

async function load(name: string, provided: ProvidedModules, folder: string | undefined): Promise<object> {
  const give = Object.hasOwn(provided, name) ? provided[name] : undefined
  if (give !== undefined) return give()
  const builtin = name.replace(/^node:/, "")
  const timers = cellTimerModules[builtin]
  if (timers !== undefined) return timers
  if (name.startsWith("node:") || builtinModules.includes(builtin)) return import(`node:${builtin}`)
  if (folder === undefined) {
    throw new Error(
      `Cannot import "${name}": no folder is open. Cells can import "kit", "kafkajs" and Node's own modules.`,
    )
  }
  return import(pathToFileURL(resolveFrom(folder, name)).href)
}

function resolveFrom(folder: string, name: string): string {
  if (/^\.{0,2}\//.test(name)) return resolve(folder, name)
  try {
    return createRequire(join(folder, "lesson.js")).resolve(name)
  } catch (error) {
    const path = resolveModuleOnly(folder, name)
    if (path !== undefined) return path
    throw new Error(`Cannot find "${name}" from ${folder}: install it there with npm install ${name}.`, {
      cause: error,
    })
  }
}

/** Packages without a CommonJS entry: `require.resolve` does not see their "import" condition. */
function resolveModuleOnly(folder: string, name: string): string | undefined {
  const [, packageName = name, rest = ""] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? []
  for (let at = folder; ; at = dirname(at)) {
    const root = join(at, "node_modules", packageName)
    const manifest = join(root, "package.json")
    if (existsSync(manifest)) {
      const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as { exports?: unknown }
      const target = exportTarget(exports, `.${rest}`)
      return target === undefined ? undefined : join(root, target)
    }
    if (dirname(at) === at) return undefined
  }
}

function exportTarget(exports: unknown, key: string): string | undefined {
  if (typeof exports === "string") return key === "." ? exports : undefined
  if (typeof exports !== "object" || exports === null) return undefined
  const table = exports as Record<string, unknown>
  if (key in table) return conditionTarget(table[key])
  return key === "." ? conditionTarget(table) : undefined
}

function conditionTarget(value: unknown): string | undefined {
  if (typeof value === "string") return value
  if (typeof value !== "object" || value === null) return undefined
  const table = value as Record<string, unknown>
  for (const condition of ["node", "import", "module-sync", "default"]) {
    const found = condition in table ? conditionTarget(table[condition]) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function asNamespace(module: object): ModuleNamespace {
  const base = "default" in module ? module : { ...module, default: module }
  return { ...base, "*": module }
}
