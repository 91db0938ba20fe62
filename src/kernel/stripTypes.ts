import { SourceMap } from "node:module"
import { TypeScriptSyntaxError, typeStripper } from "../typescript/typeStripper"
import { keepLines } from "./keepLines"
import type { Position } from "./textEdits"

/** JavaScript, and the way back to the TypeScript it came from. */
export interface StrippedSource {
  readonly code: string
  readonly original: (position: Position) => Position
  /** It was printed anew, for there was more than types to take out. */
  readonly isTransformed: boolean
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
 * properties need code in their place, and then lines stay and a source map leads back.
 */
export function stripTypes(source: string): StrippedSource {
  try {
    const code = typeStripper().strip(source)
    return code === undefined ? transform(source) : { code, original: (position) => position, isTransformed: false }
  } catch (error) {
    if (!(error instanceof TypeScriptSyntaxError)) throw error
    throw new CellSyntaxError(error.message, { line: error.line, column: error.column })
  }
}

function transform(source: string): StrippedSource {
  const transformed = typeStripper().transform(source)
  const map = new SourceMap(JSON.parse(transformed.map))
  const entryAt = ({ line, column }: Position) => {
    const entry = map.findEntry(line - 1, column - 1)
    return "originalLine" in entry ? entry : undefined
  }
  const kept = keepLines(transformed.code, (position) => {
    const entry = entryAt(position)
    // The nearest entry before a place says nothing of what was made up there.
    const isExact = entry?.generatedLine === position.line - 1 && entry.generatedColumn === position.column - 1
    return isExact ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : undefined
  })
  return {
    code: kept.text,
    original: (position) => {
      const entry = entryAt(kept.original(position))
      return entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : position
    },
    isTransformed: true,
  }
}
