import { compileCell } from "../kernel/compileCell"

/**
 * Which cells cannot run on a cluster that is not the embedded one: those that inject faults, and those that need
 * what such a cell would have declared.
 */
export class SkippedNames {
  readonly #names = new Set<string>()

  /** Why the cell is skipped, or undefined where it runs. */
  reasonFor(source: string, isConnected: boolean): string | undefined {
    if (!isConnected) return undefined
    const { names, usedNames } = namesOf(source)
    if (usedNames.has("faults")) return "injects faults, which only the embedded cluster takes"
    const missing = [...usedNames].find((name) => this.#names.has(name) && !names.has(name))
    return missing === undefined ? undefined : `needs "${missing}", which a cell that injects faults declares`
  }

  add(source: string): void {
    for (const name of namesOf(source).names) this.#names.add(name)
  }
}

function namesOf(source: string): { names: ReadonlySet<string>; usedNames: ReadonlySet<string> } {
  try {
    const { names, usedNames } = compileCell(source)
    return { names: new Set(names), usedNames }
  } catch {
    // It cannot be parsed: the kernel says so.
    return { names: new Set(), usedNames: new Set() }
  }
}
