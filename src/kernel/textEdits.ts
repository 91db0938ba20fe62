/** A place in a text: 1-based line, 1-based column in UTF-16 units, as V8's stacks count. */
export interface Position {
  readonly line: number
  readonly column: number
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Replacements in one text, which remembers where everything came from. */
export class TextEdits {
  readonly #source: string
  readonly #edits: Edit[] = []

  constructor(source: string) {
    this.#source = source
  }

  /** Replaces [start, end); an insertion has both the same. Ranges must not overlap; insertions keep their order. */
  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text })
  }

  /** The edited text, and the way back from a position in it. */
  apply(): { readonly text: string; readonly original: (position: Position) => Position } {
    const edits = this.#edits
      .map((edit, order) => ({ ...edit, order }))
      .sort((left, right) => left.start - right.start || left.order - right.order)
    // `from` is an offset in the result, `to` the one in the source; inside of a replacement all map to its start.
    const spans: { from: number; to: number; copied: boolean }[] = []
    let text = ""
    let taken = 0
    for (const { start, end, text: replacement } of edits) {
      spans.push({ from: text.length, to: taken, copied: true })
      text += this.#source.slice(taken, start)
      spans.push({ from: text.length, to: start, copied: false })
      text += replacement
      taken = end
    }
    spans.push({ from: text.length, to: taken, copied: true })
    text += this.#source.slice(taken)
    const result = text
    return {
      text: result,
      original: (position) => {
        const offset = offsetOf(result, position)
        const span = spans.findLast(({ from }) => from <= offset)
        if (span === undefined) return position
        return positionOf(this.#source, span.copied ? span.to + offset - span.from : span.to)
      },
    }
  }
}

function offsetOf(text: string, { line, column }: Position): number {
  let start = 0
  for (let at = 1; at < line; at++) {
    const end = text.indexOf("\n", start)
    if (end === -1) break
    start = end + 1
  }
  return Math.min(start + column - 1, text.length)
}

/** Where `offset` is in `text`. */
export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf("\n") + 1
  return { line: before.split("\n").length, column: offset - lineStart + 1 }
}
