import { SourceMap } from "node:module"
import { TypeScriptSyntaxError, typeStripper } from "../typescript/typeStripper"
import type { Position } from "./textEdits"

/** JavaScript, and the way back to the TypeScript it came from. */
export interface StrippedSource {
  readonly code: string
  readonly original: (position: Position) => Position
}

/** What cannot be parsed, and where in the cell. */
export class CellSyntaxError extends SyntaxError {
  override readonly name = "SyntaxError"
  readonly position: Position

  constructor(message: string, position: Position) {
    super(message)
    this.position = position
  }
}

/**
 * Takes the types out of a cell. Types become spaces, so positions stay; only enums, namespaces and parameter
 * properties need code in their place, and then a source map leads back.
 */
export function stripTypes(source: string): StrippedSource {
  try {
    const code = typeStripper().strip(source)
    return code === undefined ? transform(source) : { code, original: (position) => position }
  } catch (error) {
    if (!(error instanceof TypeScriptSyntaxError)) throw error
    throw new CellSyntaxError(error.message, { line: error.line, column: error.column })
  }
}

function transform(source: string): StrippedSource {
  const transformed = typeStripper().transform(source)
  const map = new SourceMap(JSON.parse(transformed.map))
  return {
    code: transformed.code,
    original: ({ line, column }) => {
      const entry = map.findEntry(line - 1, column - 1)
      if (!("originalLine" in entry)) return { line, column }
      return { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    },
  }
}
