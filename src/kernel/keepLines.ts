import { parse, type Token, tokTypes } from "acorn"
import type { Position } from "./textEdits"
import { TextEdits } from "./textEdits"

/** Where a token of transformed code came from; undefined where it was made up. */
export type FindOrigin = (position: Position) => Position | undefined

/**
 * Code that was printed anew, with every token back in the line that it came from: breakpoints are set by line, and
 * lines in stacks are the cell's without a way back. A token that is out of order (of a namespace's last line, which
 * names it once more) stays behind the one before it. Only white space changes, and comments go.
 */
export function keepLines(
  code: string,
  originOf: FindOrigin,
): { readonly text: string; readonly original: (position: Position) => Position } {
  const tokens = tokensOf(code)
  if (tokens.length === 0) return { text: code, original: (position) => position }
  const origins = tokens.map(({ loc }) => loc && originOf({ line: loc.start.line, column: loc.start.column + 1 }))
  const lines = withMadeUp(tokens, withRepeated(origins, inOrder(firstLines(origins))))
  const edits = new TextEdits(code)
  let line = 1
  let end = 0
  let last: Token | undefined
  for (const [index, token] of tokens.entries()) {
    if (!isOneWith(last, token)) {
      const missing = keepsLine(last, token, code) ? 0 : Math.max(0, (lines[index] ?? 0) - line)
      if (missing > 0) edits.replace(end, token.start, "\n".repeat(missing))
      else if (end < token.start) edits.replace(end, token.start, " ")
      line += missing
    }
    line += code.slice(token.start, token.end).split("\n").length - 1
    end = token.end
    last = token
  }
  edits.replace(end, code.length, "")
  return edits.apply()
}

/** None of code that cannot be parsed: whoever compiles it says why. */
function tokensOf(code: string): readonly Token[] {
  const tokens: Token[] = []
  try {
    parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true, onToken: tokens })
    return tokens
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

type Lines = (number | undefined)[]

/** The lines of tokens that no token before came from: `Shop.open = open` repeats a name, far from where it stands. */
function firstLines(origins: readonly (Position | undefined)[]): Lines {
  const seen = new Set<string>()
  return origins.map((origin) => {
    if (origin === undefined) return undefined
    const place = `${origin.line}:${origin.column}`
    if (seen.has(place)) return undefined
    seen.add(place)
    return origin.line
  })
}

/** Of lines in the order of their tokens, the longest row that never goes back; the others are undefined. */
function inOrder(lines: Readonly<Lines>): Lines {
  // The smallest last line that a row of each length can have, by the index of its token (patience sorting).
  const ends: number[] = []
  const before: Lines = []
  const at = (index: number | undefined) => (index === undefined ? 0 : (lines[index] ?? 0))
  for (const [index, line] of lines.entries()) {
    if (line === undefined) continue
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (at(ends[middle]) <= line) low = middle + 1
      else high = middle
    }
    before[index] = ends[low - 1]
    ends[low] = index
  }
  const kept: Lines = lines.map(() => undefined)
  for (let index = ends.at(-1); index !== undefined; index = before[index]) kept[index] = lines[index]
  return kept
}

/** With those that came from a place a second time, where they are in order too (of a parameter that is a property). */
function withRepeated(origins: readonly (Position | undefined)[], lines: Readonly<Lines>): Lines {
  const nextLines = lines.slice()
  for (let index = lines.length - 2; index >= 0; index--) nextLines[index] ??= nextLines[index + 1]
  let last = 1
  return lines.map((line, index) => {
    const own = line ?? origins[index]?.line
    if (own === undefined || own < last || own > (nextLines[index] ?? own)) return undefined
    last = own
    return own
  })
}

/** A statement begins with what was made up for it (`Shop.` before an exported name): in the line of its first word. */
function withMadeUp(tokens: readonly Token[], lines: Readonly<Lines>): Lines {
  const filled = lines.slice()
  for (let index = tokens.length - 2; index >= 0; index--) {
    const type = tokens[index]?.type
    if (type !== undefined && !closing.has(type)) filled[index] ??= filled[index + 1]
  }
  return filled
}

const closing: ReadonlySet<Token["type"]> = new Set([
  tokTypes.semi,
  tokTypes.comma,
  tokTypes.parenR,
  tokTypes.bracketR,
  tokTypes.braceR,
])

/** What stands between the quotes of a template is text. */
function isOneWith(last: Token | undefined, token: Token): boolean {
  return token.type === tokTypes.template || last?.type === tokTypes.template
}

const restricted: ReadonlySet<string> = new Set(["return", "throw", "break", "continue", "yield", "async"])
const operands: ReadonlySet<Token["type"]> = new Set([tokTypes.name, tokTypes.parenR, tokTypes.bracketR])

/** Where a line's end would end the statement (ECMA-262, 12.10: "no LineTerminator here"). */
function keepsLine(last: Token | undefined, token: Token, code: string): boolean {
  if (last === undefined) return false
  if (token.type === tokTypes.arrow) return true
  if (token.type === tokTypes.incDec) return operands.has(last.type)
  return restricted.has(code.slice(last.start, last.end))
}
