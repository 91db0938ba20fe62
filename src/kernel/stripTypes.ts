import { SourceMap, stripTypeScriptTypes } from "node:module"
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
 * (https://nodejs.org/api/module.html#modulestriptypescripttypescode-options)
 */
export function stripTypes(source: string): StrippedSource {
  try {
    return { code: quietly(() => stripTypeScriptTypes(source)), original: (position) => position }
  } catch (error) {
    if (!isUnsupportedSyntax(error)) throw asCellError(error)
  }
  try {
    return transform(source)
  } catch (error) {
    throw asCellError(error)
  }
}

const mapMarker = "//# sourceMappingURL=data:application/json;base64,"

function transform(source: string): StrippedSource {
  const transformed = quietly(() => stripTypeScriptTypes(source, { mode: "transform", sourceMap: true }))
  const [code = "", encoded = ""] = transformed.split(mapMarker)
  const map = new SourceMap(JSON.parse(Buffer.from(encoded, "base64").toString("utf8")))
  return {
    code,
    original: ({ line, column }) => {
      const entry = map.findEntry(line - 1, column - 1)
      if (!("originalLine" in entry)) return { line, column }
      return { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
    },
  }
}

/** Node warns that the function is experimental, on the stderr that belongs to the cell or the command. */
function quietly<T>(action: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return action()
  } finally {
    process.emitWarning = emitWarning
  }
}

function isUnsupportedSyntax(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"
}

/** Node puts the place before the stack, as for every syntax error: `FILE:LINE`, the line (and blank ones before it), a caret under it. */
function asCellError(error: unknown): Error {
  if (!(error instanceof SyntaxError)) return error instanceof Error ? error : new Error(String(error))
  const [, line = "1", caret = ""] = /^[^\n]*:(\d+)\n(?:[^\n]*\n){1,3}?([ \t]*\^)/.exec(error.stack ?? "") ?? []
  return new CellSyntaxError(error.message, { line: Number(line), column: Math.max(1, caret.length) })
}
