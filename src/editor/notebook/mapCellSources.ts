import { cellOfScript, cellScriptPath } from "../../process/cellScript"

/** A Source of the Debug Adapter Protocol, of which a session's two sides have different ideas. */
interface Source {
  name?: string
  path?: string
  sourceReference?: number
}

/** A cell as VS Code knows it. */
export interface CellSource {
  readonly name: string
  /** The URI of its document. */
  readonly path: string
}

/**
 * In a message from VS Code to its debugger, leads cells to the paths of their scripts.
 * @param cellAt the name that the cell of a document has for the kernel; undefined where it is not of this lesson
 */
export function leadToScripts(message: unknown, cellAt: (uri: string) => string | undefined): void {
  for (const source of sourcesOf(message)) {
    const cell = source.path === undefined ? undefined : cellAt(source.path)
    if (cell !== undefined) source.path = cellScriptPath(cell)
  }
}

/** In a message from the debugger to VS Code, leads scripts back to their cells. */
export function leadToCells(message: unknown, find: (cell: string) => CellSource | undefined): void {
  for (const source of sourcesOf(message)) {
    const cell = source.path === undefined ? undefined : cellOfScript(source.path)
    const found = cell === undefined ? undefined : find(cell)
    if (found === undefined) continue
    Object.assign(source, found)
    // With it VS Code would ask the debugger for the text, which is the compiled one, and show it beside the lesson.
    delete source.sourceReference
  }
}

/** Whatever the request, response or event: a Source is an object under the name "source". */
function* sourcesOf(value: unknown): Generator<Source> {
  if (typeof value !== "object" || value === null) return
  for (const [name, part] of Object.entries(value)) {
    if (name === "source" && typeof part === "object" && part !== null) yield part
    else yield* sourcesOf(part)
  }
}
