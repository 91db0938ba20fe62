import { existsSync } from "node:fs"
import * as nodeModule from "node:module"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

/** TypeScript that cannot be parsed, and its place; both 1-based. */
export class TypeScriptSyntaxError extends SyntaxError {
  override readonly name = "SyntaxError"
  readonly line: number
  readonly column: number

  constructor(message: string, line: number, column: number) {
    super(message)
    this.line = line
    this.column = column
  }
}

/** Makes JavaScript of TypeScript. Both throw {@link TypeScriptSyntaxError}. */
export interface TypeStripper {
  /** Types become spaces, positions stay; undefined where the source has what needs code in its place (an enum). */
  strip(source: string): string | undefined
  /** Also what needs code in its place; `map` is a source map as JSON. */
  transform(source: string): { readonly code: string; readonly map: string }
}

let chosen: TypeStripper | undefined

/**
 * Node's own stripper. Electron may be built without it (`node_use_amaro`): then the package that Node's is made of,
 * which lies beside our bundles and is loaded only there.
 */
export function typeStripper(): TypeStripper {
  chosen ??= nodeHasStripper() ? nodeStripper : amaroStripper(loadAmaro())
  return chosen
}

function nodeHasStripper(): boolean {
  // Node 22.13 has it (https://nodejs.org/api/module.html#modulestriptypescripttypescode-options); without amaro the
  // function is there and throws ERR_NO_TYPESCRIPT.
  if (typeof nodeModule.stripTypeScriptTypes !== "function") return false
  try {
    quietly(() => nodeModule.stripTypeScriptTypes("let a: 1"))
    return true
  } catch {
    return false
  }
}

const mapMarker = "//# sourceMappingURL=data:application/json;base64,"

const nodeStripper: TypeStripper = {
  strip(source) {
    try {
      return quietly(() => nodeModule.stripTypeScriptTypes(source))
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
        return undefined
      }
      throw fromNode(error, source)
    }
  },
  transform(source) {
    try {
      const options = { mode: "transform", sourceMap: true } as const
      const [code = "", encoded = ""] = quietly(() => nodeModule.stripTypeScriptTypes(source, options)).split(mapMarker)
      return { code, map: Buffer.from(encoded, "base64").toString("utf8") }
    } catch (error) {
      throw fromNode(error, source)
    }
  },
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

/**
 * Node puts the place before the stack, as for every syntax error: `FILE:LINE`, the line (and blank ones before it), a
 * caret under it; none where what is missing would stand behind the last letter.
 */
function fromNode(error: unknown, source: string): Error {
  if (!(error instanceof SyntaxError)) return error instanceof Error ? error : new Error(String(error))
  const [, line = "1"] = /^[^\n]*:(\d+)\n/.exec(error.stack ?? "") ?? []
  const [, caret] = /^[^\n]*\n(?:[^\n]*\n){1,3}?([ \t]*\^)/.exec(error.stack ?? "") ?? []
  const column = caret?.length ?? (source.split("\n")[Number(line) - 1] ?? "").length + 1
  return new TypeScriptSyntaxError(error.message, Number(line), column)
}

/** What we use of amaro (https://github.com/nodejs/amaro). */
interface Amaro {
  transformSync(
    source: string,
    options: { readonly mode: "strip-only" | "transform"; readonly sourceMap?: boolean },
  ): { readonly code: string; readonly map?: string }
}

/** A plain object that amaro throws; columns count from 0. */
interface AmaroError {
  readonly code: string
  readonly message: string
  readonly startLine?: number
  readonly startColumn?: number
}

function loadAmaro(): Amaro {
  const load = createRequire(__filename)
  const beside = join(dirname(__filename), "amaro.js")
  return load(existsSync(beside) ? beside : "amaro") as Amaro
}

function amaroStripper(amaro: Amaro): TypeStripper {
  return {
    strip(source) {
      try {
        return amaro.transformSync(source, { mode: "strip-only" }).code
      } catch (error) {
        if ((error as AmaroError).code === "UnsupportedSyntax") return undefined
        throw fromAmaro(error as AmaroError, source)
      }
    },
    transform(source) {
      try {
        const { code, map = "{}" } = amaro.transformSync(source, { mode: "transform", sourceMap: true })
        return { code, map }
      } catch (error) {
        throw fromAmaro(error as AmaroError, source)
      }
    },
  }
}

function fromAmaro({ message, startLine = 1, startColumn = 0 }: AmaroError, source: string): TypeScriptSyntaxError {
  // At the end of the source it counts the line's end as a letter.
  const length = (source.split("\n")[startLine - 1] ?? "").length
  return new TypeScriptSyntaxError(message, startLine, Math.min(startColumn, length) + 1)
}
